"""Traditional Chinese as the words of a roster have it: a header from Taipei is read like one from
Beijing. Names of people are never changed: who is called 張 is not taken for somebody called 张.
"""

_TRADITIONAL = (
    "與專業東嚴個為烏書雲產務動勞區醫華單衛參發員國場壞備獎奧媽學實審賓對導爾屬師帶幹廣慶應開"
    "張歸當懷態總執掃報擇損換據撥攝數無時機條橋殘氣漢沒測溫滅點狀療離種稱積競籤簽類紅級線組織"
    "經結絡絕維編網緊練羅職聯腳艙芻萊蘭藍補裝覽觀觸訂認讓訓設證譯試話詢語請讀課諮講識護負財責"
    "貴費資賽車輔輛輪轉達過運還選遞郵釘銀鋼錄鐘長問間聞閱關隊際陽階陣隨險雜電靜韓頁頂項順預領"
    "頒題顧飛飯飲館馬驗體鮮黃齡號崗賬傳會償儀價億優眾衆偵側來倫兩內冊寫減凍準則別劇勵勝協卻壓"
    "夾幣強徵後從復愛戶擔擬擱掛敎斷暫術樣樓檢歲歷決況滙滿濟煩熱獨現畫異盤眞矚礎禮稅筆節範給統"
    "續羣習聖聲腦興舉蓋蘇處衝視親記訊許評該詳誤說調談論謂變豐貨貼質購贊贈趕週進適邊釋針鈕銷錯"
    "鍵鏈鑰門閉陸雙霧響頭願顯風駐駕騎鹽麗麥齊龍臺裡裏誌佈併鎮縣紐亞凱薩瑪碼園較輸輿揮粵確災託"
)
_SIMPLIFIED = (
    "与专业东严个为乌书云产务动劳区医华单卫参发员国场坏备奖奥妈学实审宾对导尔属师带干广庆应开"
    "张归当怀态总执扫报择损换据拨摄数无时机条桥残气汉没测温灭点状疗离种称积竞签签类红级线组织"
    "经结络绝维编网紧练罗职联脚舱刍莱兰蓝补装览观触订认让训设证译试话询语请读课咨讲识护负财责"
    "贵费资赛车辅辆轮转达过运还选递邮钉银钢录钟长问间闻阅关队际阳阶阵随险杂电静韩页顶项顺预领"
    "颁题顾飞饭饮馆马验体鲜黄龄号岗账传会偿仪价亿优众众侦侧来伦两内册写减冻准则别剧励胜协却压"
    "夹币强征后从复爱户担拟搁挂教断暂术样楼检岁历决况汇满济烦热独现画异盘真瞩础礼税笔节范给统"
    "续群习圣声脑兴举盖苏处冲视亲记讯许评该详误说调谈论谓变丰货贴质购赞赠赶周进适边释针钮销错"
    "键链钥门闭陆双雾响头愿显风驻驾骑盐丽麦齐龙台里里志布并镇县纽亚凯萨玛码园较输舆挥粤确灾托"
)
_PLAIN = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """Return a word with the traditional characters that such words have as simplified ones."""
    return text if text.isascii() else text.translate(_PLAIN)
