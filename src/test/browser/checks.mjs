// What must hold of the chat page, over the scripted server of ChatPageBrowserTest. Each check has a page of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { answerText, ask, fake, lcg, lowContrast, newPage, picture, ready, say, until } from './driver.mjs';

const SETTING_FIELDS = ['temperature', 'top_p', 'top_k', 'min_p', 'repetition_penalty', 'max_tokens', 'seed'];
const lastRequest = async (world, message) => (await fake(world)).findLast((request) => request.message === message);

const all = {
  async tokensAppearOneByOne(world) {
    const { page, close } = await newPage(world);
    await say(page, 'gated');
    await page.locator('.streaming .stats', { hasText: 'waiting for the first token' }).waitFor();
    const words = ['One', ' two', ' three', ' four', ' five'];
    for (let shown = 1; shown <= words.length; shown++) {
      await fake(world, 'step');
      await until(async () => (await answerText(page)) === words.slice(0, shown).join(''), `${shown} words`);
    }
    assert.equal(await page.locator('#log').getAttribute('aria-busy'), 'true');
    await page.locator('.streaming .stats', { hasText: 'tokens/s' }).waitFor();
    await picture(world, page, 'streaming-light');
    await fake(world, 'step');
    await page.locator('body:not(.busy)').waitFor();
    assert.match(await page.locator('.stats').textContent(),
      /^\d+\.\d tokens\/s · first token \d+\.\d\d s · 5 tokens · prompt 1,234, 1,200 cached$/);
    assert.equal(await page.locator('#announcer').textContent(), 'Answer complete');
    await close();
  },

  async slowStartCountsIntoTheFirstToken(world) {
    const { page, close, asked } = await newPage(world);
    const openedMillis = Date.now();
    await ask(page, 'slow start');
    assert.equal(await answerText(page), 'late but here');
    const seconds = Number(/first token (\d+\.\d+) s/.exec(await page.locator('.stats').textContent())[1]);
    assert.ok(seconds >= 0.69 && seconds < 3, `first token after ${seconds} s`);
    await until(() => Date.now() - openedMillis > 1400, 'time for a second probe');
    assert.equal(asked.filter((url) => url.includes('/health/')).length, 1, 'a ready server is not polled');
    await close();
  },

  async stopKeepsThePartAndTheServerSeesIt(world) {
    const { page, close } = await newPage(world);
    await say(page, 'endless');
    await page.locator('.answer', { hasText: 'word20 ' }).waitFor();
    await page.locator('#stop').click();
    await page.locator('body:not(.busy)').waitFor();
    const kept = await answerText(page);
    assert.ok(kept.includes('word20'), kept);
    assert.match(await page.locator('.stats').textContent(), /^stopped · /);
    await until(async () => (await lastRequest(world, 'endless')).outcome === 'disconnected', 'the server sees it');
    assert.equal(await answerText(page), kept);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'prompt');
    await ask(page, 'go on');
    const { messages } = (await lastRequest(world, 'go on')).body;
    assert.deepEqual(messages.map(({ role }) => role), ['user', 'assistant', 'user']);
    assert.equal(messages[1].content.trim(), kept.trim());
    await say(page, 'endless');
    await page.locator('.answer', { hasText: 'word5 ' }).last().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('body:not(.busy)').waitFor();
    await close();
  },

  async charactersAndEventsMaySplitAnywhere(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'split');
    assert.equal(await answerText(page), 'Grüße, 日本語 🏹🎯 fin');
    await close();
  },

  async settingsAreSentAsChosenAndElseNotAtAll(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'plain settings');
    const { body } = await lastRequest(world, 'plain settings');
    assert.deepEqual(body, {
      model: 'SmolLM2-135M-Instruct', messages: [{ role: 'user', content: 'plain settings' }], stream: true,
      stream_options: { include_usage: true },
    });
    const chosen = { temperature: 0, top_p: 0.95, top_k: 40, min_p: 0.05, repetition_penalty: 1.1, max_tokens: 256, seed: 42 };
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('System prompt').fill('Answer like a pirate.');
    for (const [key, value] of Object.entries(chosen)) await page.locator(`#set-${key}`).fill(String(value));
    await picture(world, page, 'settings-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(world, page, 'settings-dark');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'openSettings');
    await page.reload();
    await ready(page);
    await ask(page, 'all settings');
    const sent = (await lastRequest(world, 'all settings')).body;
    assert.deepEqual(Object.fromEntries(SETTING_FIELDS.map((key) => [key, sent[key]])), chosen);
    assert.deepEqual(sent.messages[0], { role: 'system', content: 'Answer like a pirate.' });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.locator('#set-top_p').fill('1.5');
    await page.getByRole('button', { name: 'Done' }).click();
    await say(page, 'kept while a setting is wrong');
    await page.locator('#settings[open]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'set-top_p');
    assert.equal(await page.locator('#prompt').inputValue(), 'kept while a setting is wrong');
    await page.getByRole('button', { name: 'Back to defaults' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await ask(page, 'default again');
    const again = (await lastRequest(world, 'default again')).body;
    assert.ok(SETTING_FIELDS.every((key) => !(key in again)) && again.messages[0].role === 'user');
    await close();
  },

  async errorsAreReadableAndNothingIsLost(world) {
    const { page, close } = await newPage(world);
    const shown = {
      'too long': ['The server refused this request', "prompt has 9000 tokens, the model's limit is 8192 (field messages)"],
      'unknown model': ['Not found on this server', "no model 'x' is served here"],
      'too large': ['The request is too large', 'the body has more than 16 MB'],
      'plain 502': ['The server answered with status 502', '<html>bad <b>gateway</b></html>'],
      broken: ['The answer broke off', 'the device failed'],
      cut: ['The answer broke off', 'The server closed the connection before the answer was complete.'],
    };
    for (const [message, [title, detail]] of Object.entries(shown)) {
      await page.getByRole('button', { name: 'New chat' }).click();
      await ask(page, message);
      const note = page.locator('.note');
      assert.ok((await note.textContent()).startsWith(title + detail), await note.textContent());
      assert.equal(await note.getAttribute('role'), 'alert');
      assert.equal(await page.locator('.user .body').textContent(), message);
      if (message === 'broken') {
        assert.equal(await answerText(page), 'This part was received.');
        await picture(world, page, 'error-light');
        await page.emulateMedia({ colorScheme: 'dark' });
        await picture(world, page, 'error-dark');
      }
    }
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, 'limit');
    assert.match(await page.locator('.stats').textContent(), /^cut at the limit of tokens · /);
    await close();
  },

  async busyServerIsTriedAgainAfterItsTime(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'busy once');
    assert.match(await page.locator('.note').textContent(), /^The server is busyThe queue holds 64 requests, its limit\./);
    const button = page.locator('.note button');
    assert.ok(await button.isDisabled());
    assert.equal(await button.textContent(), 'Try again in 1 s');
    await button.click(); // waits until it is enabled
    await page.locator('.answer', { hasText: 'You said: busy once' }).waitFor();
    assert.equal(await page.locator('.note').count(), 0);
    assert.equal(await page.locator('.user').count(), 1);
    await close();
  },

  async readinessIsSaidAndRecovers(world) {
    await fake(world, 'ready/starting');
    const { page, context, close } = await newPage(world, { waits: false });
    await page.locator('#banner', { hasText: 'The server is starting' }).waitFor();
    await say(page, 'patience');
    assert.equal(await page.locator('#prompt').inputValue(), 'patience');
    await picture(world, page, 'starting-light');
    await fake(world, 'ready/ready');
    await ready(page);
    assert.ok(await page.locator('#banner').isHidden());
    assert.equal(await page.locator('#modelName').textContent(), 'SmolLM2-135M-Instruct');
    assert.equal(await page.locator('#context').textContent(), '8,192-token context');
    await page.locator('#prompt').press('Enter');
    await page.locator('.answer', { hasText: 'You said: patience' }).waitFor();
    await page.locator('body:not(.busy)').waitFor();
    await fake(world, 'ready/draining');
    await ask(page, 'late');
    await page.locator('#banner', { hasText: 'shutting down' }).waitFor();
    assert.match(await page.locator('.note').textContent(), /^The server is not ready/);
    await context.setOffline(true);
    await page.locator('#banner', { hasText: 'cannot be reached' }).waitFor();
    await fake(world, 'ready/ready');
    await context.setOffline(false);
    await ready(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.answer', { hasText: 'You said: late' }).waitFor();
    await close();
  },

  async attackStaysText(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'attack');
    const answer = page.locator('.answer');
    assert.equal(await page.evaluate(() => window.attacked), undefined);
    assert.equal(await answer.locator('script, img, svg, iframe, style, b, [onclick], [onmouseover], [onerror]').count(), 0);
    const links = await answer.locator('a').evaluateAll((nodes) => nodes.map(({ href, rel }) => ({ href, rel })));
    assert.ok(links.length >= 3);
    for (const { href, rel } of links) assert.ok(href.startsWith('https://example.org/') && rel.includes('noopener'), href);
    const text = await answer.textContent();
    for (const piece of ['<script>window.attacked = 1</script>', '<img src=x onerror="window.attacked = 2">', '<style>body']) {
      assert.ok(text.includes(piece), piece);
    }
    await ask(page, '<img src=x onerror="window.attacked = 20">');
    assert.equal(await page.locator('#log img').count(), 0);
    await page.reload();
    await ready(page);
    assert.equal(await page.evaluate(() => window.attacked), undefined);
    await close();
  },

  async markdownBecomesElements(world) {
    const { page, close } = await newPage(world, { permissions: ['clipboard-read', 'clipboard-write'] });
    await ask(page, 'Show me what Markdown can do.');
    const answer = page.locator('.answer');
    const counts = {
      h4: 1, 'ol > li': 3, 'ol > li:nth-child(2) > ul > li': 2, '.code pre code': 1, 'tbody tr': 3, 'td[data-align=right]': 6,
      blockquote: 1, a: 2, hr: 1, 'strong > em': 1, del: 1, 'p > strong': 2,
    };
    for (const [selector, count] of Object.entries(counts)) assert.equal(await answer.locator(selector).count(), count, selector);
    assert.equal(await answer.locator('a').nth(1).getAttribute('href'), 'https://en.wikipedia.org/wiki/Binary_search');
    const streamed = await answer.evaluate((node) => node.innerText);
    await answer.getByRole('button', { name: 'Copy code' }).click();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(code.startsWith('static int indexOf(') && code.endsWith('(low + 1);\n}'), code);
    await page.reload();
    await ready(page);
    // What was built piece by piece equals what is built at once.
    assert.equal(await page.locator('.answer').evaluate((node) => node.innerText), streamed);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.locator('#scroller').evaluate((node) => (node.scrollTop = 0));
      await picture(world, page, `desktop-${colorScheme}`);
    }
    await close();
  },

  async growingTextEqualsWholeText(world) {
    const { page, close } = await newPage(world);
    const seed = world.seed;
    const random = lcg(seed);
    const pieces = ['**', '*', '_', '`', '``', '~~', '\n', '\n', '\n\n', '- ', '  - ', '1. ', '   ', '> ', '# ', '```', '```js\n', '|', '|---|\n', '---\n',
      'a', 'word', ' ', '[x](', 'https://e.org/a_b', ')', '\t', '\\', '<b>', '\r\n', '🏹'];
    const texts = ['answer.md', 'attack.md'].map((name) => readFileSync(new URL(`../resources/page/${name}`, import.meta.url), 'utf8'));
    for (let i = 0; i < 150; i++) texts.push(Array.from({ length: 60 }, () => pieces[random(pieces.length)]).join(''));
    const different = await page.evaluate((all) => all.filter((text) => {
      const grown = document.createElement('div');
      const growing = new GrowingMarkdown(grown);
      for (let chars = 1; chars <= text.length; chars++) growing.update(text.slice(0, chars));
      const whole = document.createElement('div');
      new GrowingMarkdown(whole).update(text);
      return grown.innerHTML !== whole.innerHTML;
    }), texts);
    assert.deepEqual(different, [], `seed ${seed}`);
    await close();
  },

  async hostileTextIsDrawnInLinearTime(world) {
    const { page, close } = await newPage(world);
    const hostile = ['[', '*a ', '**a', '_', '`', '` `` ', '> ', '- ', '|', '|a|\n', '[a](', '![', '<https://', 'https://a.', '~~a', '\\', '# ', '  ', '***a*',
      '1. a\n', '-\n', '> - ', ':-|', ' |', '"'];
    const slow = await page.evaluate((all) => all.map((piece) => {
      const text = `x|\n${piece.repeat(40_000 / piece.length)}y`;
      const startMillis = performance.now();
      new GrowingMarkdown(document.createElement('div')).update(text);
      return [piece, Math.round(performance.now() - startMillis)];
    }).filter(([, millis]) => millis > 1500), hostile);
    assert.deepEqual(slow, []);
    await close();
  },

  async longAnswerStaysSmoothAndFollowsOnlyAReaderAtItsEnd(world) {
    const { page, close } = await newPage(world);
    await say(page, 'long code');
    await page.locator('.answer', { hasText: 'step40(' }).waitFor();
    const gap = () => page.locator('#scroller').evaluate((n) => n.scrollHeight - n.scrollTop - n.clientHeight);
    assert.ok((await gap()) < 40, 'follows');
    await page.evaluate(() => {
      document.getSelection().selectAllChildren(document.querySelector('.answer p'));
      document.querySelector('#scroller').scrollTop = 100;
    });
    await page.locator('.answer', { hasText: 'step80(' }).waitFor();
    assert.equal(await page.locator('#scroller').evaluate((node) => node.scrollTop), 100);
    assert.equal(await page.evaluate(() => String(document.getSelection())), 'Here is a long program:');
    await page.locator('#latest').click();
    // The text node that grows is the same one to the end: nothing is built twice.
    await page.evaluate(() => void (window.growing = document.querySelector('.answer pre code').firstChild));
    await page.locator('body:not(.busy)').waitFor({ timeout: 20_000 });
    assert.ok((await gap()) < 40, 'follows again');
    assert.ok(await page.evaluate(() => document.querySelector('.answer pre code').firstChild === window.growing), 'built once');
    assert.equal((await page.locator('.answer pre').textContent()).split('\n').length, 152);
    await picture(world, page, 'code-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(world, page, 'code-dark');
    await close();
  },

  async historySurvivesAReload(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'first chat');
    await page.locator('#prompt').fill('a draft');
    await page.reload();
    await ready(page);
    assert.equal(await answerText(page), 'You said: first chat');
    assert.equal(await page.locator('#prompt').inputValue(), 'a draft');
    await page.getByRole('button', { name: 'New chat' }).click();
    assert.equal(await page.locator('.message').count(), 0);
    await ask(page, 'second chat');
    await page.getByRole('button', { name: 'Earlier chats' }).click();
    assert.equal(await page.locator('#chatList li').count(), 2);
    await picture(world, page, 'chats-light');
    await page.locator('#chatList .open', { hasText: 'first chat' }).click();
    assert.equal(await answerText(page), 'You said: first chat');
    await page.getByRole('button', { name: 'Earlier chats' }).click();
    await page.getByRole('button', { name: 'Delete chat: first chat' }).click();
    assert.equal(await page.locator('#chatList li').count(), 1);
    await page.getByRole('button', { name: 'Done' }).click();
    assert.equal(await page.locator('.message').count(), 0);
    // A part that was streaming when the page went is there when it comes back.
    await say(page, 'endless');
    await page.locator('.answer', { hasText: 'word10 ' }).waitFor();
    await page.reload();
    await ready(page);
    assert.ok((await answerText(page)).includes('word10 '));
    assert.match(await page.locator('.stats').textContent(), /^interrupted · /);
    // Leaving a chat stops its answer and keeps the part; deleting it does not bring it back.
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await page.locator('.streaming .answer', { hasText: 'word3 ' }).waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.locator('body:not(.busy)').waitFor();
    await page.getByRole('button', { name: 'Earlier chats' }).click();
    await page.locator('#chatList .open').first().click();
    assert.match(await page.locator('.stats').textContent(), /^stopped · /);
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await page.locator('.streaming .answer', { hasText: 'word3 ' }).waitFor();
    await page.getByRole('button', { name: 'Earlier chats' }).click();
    await page.getByRole('button', { name: 'Delete chat: endless' }).click();
    await page.locator('body:not(.busy)').waitFor();
    await page.reload();
    await ready(page);
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('endless')), false);
    await close();
  },

  async fullStorageDropsTheOldestChats(world) {
    const { page, close } = await newPage(world);
    await page.evaluate(() => {
      for (let i = 0; i < 60; i++) {
        const messages = [{ role: 'user', content: `old ${i} ${'x'.repeat(80_000)}` }];
        localStorage.setItem(`javelin.chat.old${i}`, JSON.stringify({ id: `old${i}`, messages, changed: i + 1 }));
      }
      let filler = 'x'.repeat(1 << 20);
      while (filler.length > 8) {
        try {
          localStorage.setItem('filler', (localStorage.getItem('filler') ?? '') + filler);
        } catch {
          filler = filler.slice(filler.length / 2);
        }
      }
    });
    await ask(page, 'still saved');
    await page.reload();
    await ready(page);
    assert.equal(await answerText(page), 'You said: still saved');
    assert.equal(await page.evaluate(() => localStorage.getItem('javelin.chat.old0')), null);
    assert.notEqual(await page.evaluate(() => localStorage.getItem('javelin.chat.old59')), null);
    await page.getByRole('button', { name: 'New chat' }).click();
    assert.ok((await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('javelin.chat.')).length)) <= 50);
    await close();
  },

  async regenerateAndEditReplaceTheAnswer(world) {
    const { page, close } = await newPage(world);
    await ask(page, 'first words');
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await until(async () => (await fake(world)).filter(({ message }) => message === 'first words').length === 2, 'asked twice');
    await page.locator('body:not(.busy)').waitFor();
    assert.deepEqual((await lastRequest(world, 'first words')).body.messages.length, 1);
    await page.locator('.user').hover();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.user .body').textContent(), 'first words');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Edit message').fill('better words');
    await picture(world, page, 'editing-light');
    await page.keyboard.press('Enter');
    await page.locator('.answer', { hasText: 'You said: better words' }).waitFor();
    assert.equal(await page.locator('.message').count(), 2);
    await close();
  },

  async phoneHasNoSidewaysScroll(world) {
    const { page, close } = await newPage(world, { phone: true });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth
      + Math.max(0, document.querySelector('#scroller').scrollWidth - document.querySelector('#scroller').clientWidth));
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await picture(world, page, `phone-welcome-${colorScheme}`);
    }
    assert.equal(await overflow(), 0, 'welcome');
    await ask(page, 'Show me what Markdown can do.');
    assert.equal(await overflow(), 0, 'Markdown');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await picture(world, page, `phone-${colorScheme}`);
    }
    await ask(page, 'w'.repeat(300));
    assert.equal(await overflow(), 0, 'a long word');
    await page.getByRole('button', { name: 'Settings' }).click();
    assert.equal(await page.locator('#settings').evaluate((node) => node.scrollWidth - node.clientWidth), 0);
    await picture(world, page, 'phone-settings');
    const small = await page.locator('button:visible').evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect())
      .filter(({ width, height }) => width < 24 || height < 24).length);
    assert.equal(small, 0, 'targets are at least 24 px');
    await close();
  },

  async themeFollowsTheSystemUntilChosen(world) {
    const { page, close } = await newPage(world, { colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await picture(world, page, 'welcome-dark');
    await page.getByRole('button', { name: 'Dark theme', pressed: true }).click();
    const light = await background();
    assert.notEqual(light, dark);
    await picture(world, page, 'welcome-light');
    await page.reload();
    assert.equal(await background(), light, 'remembered');
    await page.getByRole('button', { name: 'Dark theme', pressed: false }).click();
    assert.equal(await background(), dark);
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await background(), light, 'follows the system again');
    await close();
  },

  async contrastIsAtLeastAA(world) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, close } = await newPage(world, { colorScheme });
      const low = await page.evaluate(lowContrast);
      await ask(page, 'Show me what Markdown can do.');
      low.push(...(await page.evaluate(lowContrast)));
      await ask(page, 'broken');
      low.push(...(await page.evaluate(lowContrast)));
      await page.getByRole('button', { name: 'Settings' }).click();
      low.push(...(await page.evaluate(lowContrast)));
      assert.deepEqual(low, [], colorScheme);
      await close();
    }
  },

  async everyControlHasANameAndTheKeyboardReachesIt(world) {
    const { page, close } = await newPage(world, { reducedMotion: 'reduce' });
    await ask(page, 'markdown');
    const nameless = await page.locator('button, input, textarea, dialog, [role=log]').evaluateAll((nodes) => nodes
      .filter((node) => !(node.getAttribute('aria-label') || node.labels?.length || node.textContent.trim()
        || node.getAttribute('aria-labelledby'))).map((node) => node.outerHTML));
    assert.deepEqual(nameless, []);
    await page.locator('#prompt').focus();
    const reached = new Set();
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Shift+Tab');
      reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent || document.activeElement.localName));
    }
        for (const id of ['newChat', 'openChats', 'openSettings', 'toggleTheme', 'Regenerate', 'Edit', 'Copy']) assert.ok(reached.has(id), id);
    await page.locator('#prompt').fill('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    assert.equal(await page.locator('#prompt').inputValue(), 'one\ntwo');
    await say(page, 'endless');
    await page.locator('.streaming .answer p').waitFor();
    const motion = () => page.evaluate(() => getComputedStyle(document.querySelector('.streaming .answer > p'), '::after').animationName);
    assert.equal(await motion(), 'none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal(await motion(), 'pulse');
    await page.keyboard.press('Escape');
    await close();
  },
};

/** The checks by name, or only those whose names contain `only`; the first has the server to itself. */
export function checks(only) {
  const { readinessIsSaidAndRecovers, ...others } = all;
  return Object.entries({ readinessIsSaidAndRecovers, ...others }).filter(([name]) => !only || name.includes(only));
}
