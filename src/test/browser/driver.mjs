// What checks have in common: a fresh page, asking, waiting, pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';

/**
 * A page in a context of its own (so storage is empty), once the server is ready. Closing it asserts that the page
 * asked no other host and that nothing broke the content security policy or threw.
 */
export async function newPage({ browser, baseUrl }, { phone = false, colorScheme = 'light', waits = true, ...more } = {}) {
  const context = await browser.newContext({
    viewport: phone ? { width: 360, height: 740 } : { width: 1200, height: 800 },
    deviceScaleFactor: phone ? 2 : 1, hasTouch: phone, isMobile: phone, colorScheme, ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const broken = [];
  page.on('pageerror', (error) => broken.push(`threw ${error.stack}`));
  page.on('console', (message) => /Content.Security|Trusted|Refused/i.test(message.text()) && broken.push(message.text()));
  page.on('request', (request) => request.url().startsWith(baseUrl) || broken.push(`asked ${request.url()}`));
  await page.goto(baseUrl);
  if (waits) await ready(page);
  return {
    page, context,
    close: async () => {
      await context.close();
      assert.deepEqual(broken, []);
    },
  };
}

export const ready = (page) => page.locator('#dot[data-state=ready]').waitFor();

/** Types a message and sends it by the keyboard. */
export async function say(page, text) {
  if (await page.evaluate(() => matchMedia('(pointer: coarse)').matches)) {
    await page.locator('#prompt').fill(text);
    await page.locator('#send').click();
  } else {
    await page.locator('#prompt').fill('');
    await page.locator('#prompt').focus();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }
}

/** Says something and waits for the whole answer. */
export async function ask(page, text, { limitMillis = 20_000 } = {}) {
  const before = await page.locator('.assistant').count();
  await say(page, text);
  await page.locator('.assistant').nth(before).waitFor();
  await page.locator('body:not(.busy)').waitFor({ timeout: limitMillis });
}

export const answerText = (page) => page.locator('.answer').last().textContent();

/** Waits until `probe` gives something true, and gives it back. */
export async function until(probe, what, limitMillis = 5000) {
  const end = Date.now() + limitMillis;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) assert.fail(`not within ${limitMillis} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export async function picture({ folder }, page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** Steers the scripted server; gives the requests that it received. */
export async function fake({ baseUrl }, path = 'requests') {
  const response = await fetch(new URL(`fake/${path}`, baseUrl), { method: 'POST' });
  return response.json();
}
