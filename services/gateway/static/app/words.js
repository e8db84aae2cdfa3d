/** The page's words in both languages, and the choice between them. */
const TAGS = { zh: "zh-CN", en: "en" };
const CHOICE = "muster:language";
const tables = {};
let language = "zh";

export async function learn() {
  for (const name of Object.keys(TAGS)) {
    const answer = await fetch(new URL(`../i18n/${name}.json`, import.meta.url));
    tables[name] = await answer.json();
  }
}

/** Return the language chosen here before, else the first one of the browser's that we have. */
export function preferred() {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen in TAGS) return chosen;
  const asked = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return asked.find((name) => name in TAGS) ?? "zh";
}

export function speak(name) {
  language = name;
  document.documentElement.lang = TAGS[name];
}

export const remember = (name) => localStorage.setItem(CHOICE, name);
export const tag = () => TAGS[language];

/** Return the words of a key, with `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  return tables[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Return the word for one value of a family, e.g. a severity; a value nobody named stays as it is. */
export const word = (family, value) => tables[language][`${family}.${value}`] ?? String(value);

/** Return the values of a family, in the order of their words' keys. */
export const values = (family) =>
  Object.keys(tables[language])
    .filter((key) => key.startsWith(`${family}.`))
    .map((key) => key.slice(family.length + 1));

/** Return the side of a `{zh, en}` text that is being read. */
export const text = (both) => both[language] || both.zh || both.en;

/** Return `{text, lang}` of words that came in some languages of their sender's choice. */
export function sent(byTag) {
  const tags = Object.keys(byTag);
  const lang = tags.find((one) => one.toLowerCase().startsWith(language)) ?? tags[0];
  return { text: byTag[lang] ?? "", lang };
}
