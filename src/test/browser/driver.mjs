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
  const asked = [];
  page.on('pageerror', (error) => broken.push(`threw ${error.stack}`));
  page.on('console', (message) => /Content.Security|Trusted|Refused/i.test(message.text()) && broken.push(message.text()));
  page.on('request', (request) => {
    asked.push(request.url());
    if (!request.url().startsWith(baseUrl)) broken.push(`asked ${request.url()}`);
  });
  await page.goto(baseUrl);
  if (waits) await ready(page);
  return {
    page, context, asked,
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

/** Whole numbers below a bound, repeatable by their seed (the constants of Numerical Recipes). */
export function lcg(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Runs in the page: visible text whose contrast with what is behind it is below 4.5 to 1. */
export function lowContrast() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => channels(color).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return (channels(color)[3] ?? 1) === 1 ? color : node.parentElement ? behind(node.parentElement) : 'rgb(255,255,255)';
  };
  const low = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || node.closest(':disabled')) continue;
    const [a, b] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${node.className || node.localName} "${node.textContent.slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return low;
}
