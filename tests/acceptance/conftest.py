"""How long a page may take to show something, unless a test says otherwise."""

from playwright.sync_api import expect

expect.set_options(timeout=10_000)  # a browser shares two cores with other tests
