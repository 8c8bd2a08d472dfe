'use strict';
/*
 * Javelin's chat page, in sections: theme and storage, server-sent events, failures, Markdown, server, settings,
 * chats, messages, turn, wiring. One file without a build step, so that the page is three small requests.
 * Text from the model only ever becomes text nodes; nothing here assigns HTML, and the page's policy would refuse it.
 */

// ---- Theme: first, so that the page is never painted in the wrong one. An override equal to the system's is dropped.

const stored = {
  read(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`javelin.${key}`)) ?? otherwise;
    } catch {
      return otherwise; // storage is switched off, or the entry is not ours
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(`javelin.${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false; // full or switched off
    }
  },
  remove: (key) => localStorage.removeItem(`javelin.${key}`),
};
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
const chosenTheme = stored.read('theme');
if (chosenTheme) document.documentElement.dataset.theme = chosenTheme;

function toggleTheme() {
  const wanted = isDark() ? 'light' : 'dark';
  if ((wanted === 'dark') === systemDark.matches) {
    delete document.documentElement.dataset.theme;
    stored.write('theme', null);
  } else {
    document.documentElement.dataset.theme = wanted;
    stored.write('theme', wanted);
  }
}

// ---- Server-sent events, by the WHATWG's rules: lines end in LF, CR or CRLF, and a read may end anywhere.

async function* serverSentEvents(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder(); // keeps the half of a character that a read ended in
  let rest = '';
  let data = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return; // an event without its blank line is not one
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?=[^])/); // a CR at the end may be half of a CRLF
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
        if (line !== '' || data.length === 0) continue;
        yield data.join('\n');
        data = [];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

// ---- Failures: what went wrong in words, and after how many seconds another try makes sense.

class Failure extends Error {
  constructor(title, detail, retrySeconds = 0) {
    super(detail);
    Object.assign(this, { title, retrySeconds });
  }

  static of(error) {
    if (error instanceof Failure) return error;
    if (error instanceof TypeError) {
      return new Failure('The connection failed', 'The server cannot be reached, or it closed the connection.');
    }
    return new Failure('The answer could not be read', String(error?.message ?? error));
  }

  static inStream(error) {
    return new Failure('The answer broke off', error.message ?? 'The server reported an error without a message.');
  }

  static async ofResponse(response) {
    const titles = {
      400: 'The server refused this request', 401: 'The server asks for a key', 404: 'Not found on this server',
      413: 'The request is too large', 429: 'The server is busy', 503: 'The server is not ready',
    };
    const text = await response.text().catch(() => '');
    let error;
    try {
      error = JSON.parse(text).error;
    } catch {
      // not JSON, from a proxy for example: the start of the text must do
    }
    const said = (typeof error === 'string' ? error : error?.message) || text.slice(0, 300).trim();
    const field = error?.param && !said.includes(error.param) ? ` (field ${error.param})` : '';
    const after = response.headers.get('Retry-After');
    const seconds = after === null ? 0 : Number.isNaN(Number(after)) ? (Date.parse(after) - Date.now()) / 1000 : Number(after);
    return new Failure(
      titles[response.status] ?? `The server answered with status ${response.status}`,
      (said || `HTTP status ${response.status}, without a message.`) + field,
      Math.min(Math.max(0, Math.ceil(seconds || 0)), 600));
  }
}

// ---- Markdown, a safe subset, to DOM nodes. Linear in the text's length; nesting is bounded.

const MAX_NESTING = 8;
const FENCE = /^( {0,3})(`{3,}|~{3,}) *([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*))?$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])( +|$)(.*)$/;
const TABLE_RULE = /^\|? *:?-+:? *(?:\| *:?-+:? *)*\|?$/;
const INLINE = new RegExp([
  /\\([!-/:-@[-`{-~])/, // 1: an escaped character
  /(`+)/, // 2: a run of backticks
  /!?\[((?:[^[\]\\]|\\.)*)\]\( *<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?: +"[^"]*")? *\)/, // 3, 4: a link
  /<((?:https?:\/\/|mailto:)[^\s<>]+)>/, // 5: a link in angle brackets
  /(https?:\/\/[^\s<>]+)/, // 6: a bare link
  /(\*{1,3}|_{1,3}|~~)/, // 7: emphasis
].map((part) => part.source).join('|'), 'g');
const EMPHASIS = { '*': ['em'], _: ['em'], '**': ['strong'], __: ['strong'], '***': ['strong', 'em'], ___: ['strong', 'em'], '~~': ['del'] };

function h(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A link, or only its words where its address is not one to follow from a model's answer. */
function link(address, words) {
  let url;
  try {
    url = new URL(address);
  } catch {
    // relative or broken
  }
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return h('span', {}, ...words);
  return h('a', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, ...words);
}

/** Where the run of exactly `length` backticks at or after `from` starts, or -1. */
function closingTicks(text, from, length) {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run; (run = runs.exec(text)); ) if (run[0].length === length) return run.index;
  return -1;
}

/** Inline Markdown of one block. Open emphasis is a stack of frames; frames that never close become text again. */
function inline(text, depth = 0) {
  const frames = [{ mark: '', nodes: [] }];
  const unclosed = new Set(); // lengths of backtick runs known to have no partner
  const put = (...nodes) => frames.at(-1).nodes.push(...nodes);
  const putText = (piece) => piece.split('\n').forEach((line, i) => put(...(i ? [h('br')] : []), line));
  const pattern = new RegExp(INLINE);
  let from = 0;
  for (let m; (m = pattern.exec(text)); from = pattern.lastIndex) {
    putText(text.slice(from, m.index));
    const [whole, escaped, ticks, words, address, angled, bare, mark] = m;
    if (escaped) put(escaped);
    else if (ticks) {
      const end = unclosed.has(ticks.length) ? -1 : closingTicks(text, pattern.lastIndex, ticks.length);
      if (end < 0) {
        unclosed.add(ticks.length);
        put(whole);
      } else {
        const code = text.slice(pattern.lastIndex, end).replaceAll('\n', ' ');
        put(h('code', {}, /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code));
        pattern.lastIndex = end + ticks.length;
      }
    } else if (address !== undefined) {
      put(link(address, depth < MAX_NESTING ? inline(words, depth + 1) : [words]));
    } else if (angled) put(link(angled, [angled]));
    else if (bare) {
      let end = bare.length;
      while (end > 0 && `.,;:!?'"*_~]${bare.includes('(') ? '' : ')'}`.includes(bare[end - 1])) end--;
      put(link(bare.slice(0, end), [bare.slice(0, end)]));
      pattern.lastIndex = m.index + end;
    } else emphasis(frames, mark, text[m.index - 1] ?? ' ', text[pattern.lastIndex] ?? ' ');
  }
  putText(text.slice(from));
  while (frames.length > 1) unwind(frames);
  return frames[0].nodes;
}

function emphasis(frames, mark, before, after) {
  const inWord = mark[0] === '_' && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after);
  const open = frames.findLastIndex((frame) => frame.mark === mark);
  const top = frames.at(-1).mark;
  if (mark.length === 3 && open < 0 && top[0] === mark[0]) {
    for (const part of [top, mark.slice(top.length)]) emphasis(frames, part, before, after); // closes two at once
  } else if (open > 0 && !inWord && /\S/.test(before)) {
    while (frames.length - 1 > open) unwind(frames);
    const { nodes } = frames.pop();
    frames.at(-1).nodes.push(EMPHASIS[mark].reduceRight((inner, tag) => [h(tag, {}, ...inner)], nodes)[0]);
  } else if (!inWord && /\S/.test(after) && frames.length <= MAX_NESTING) frames.push({ mark, nodes: [] });
  else frames.at(-1).nodes.push(mark);
}

function unwind(frames) {
  const { mark, nodes } = frames.pop();
  frames.at(-1).nodes.push(mark, ...nodes);
}

const isBlank = (line) => /^\s*$/.test(line);
const indentOf = (line) => line.length - line.trimStart().length;
const startsTable = (lines, i) => lines[i].includes('|') && (lines[i + 1] ?? '').includes('|') && TABLE_RULE.test(lines[i + 1].trim());
const interrupts = (lines, i) => [FENCE, HEADING, RULE, QUOTE, /^ *(?:[-*+]|1[.)]) +\S/].some((p) => p.test(lines[i])) || startsTable(lines, i);

/** Blocks of Markdown lines: `first` line, `next` line after it, and how to `build` its node. */
function blocksOf(lines, depth = 0) {
  const blocks = [];
  for (let i = 0; i < lines.length; ) {
    if (isBlank(lines[i])) {
      i++;
      continue;
    }
    blocks.push({ first: i, ...blockAt(lines, i, depth) });
    i = blocks.at(-1).next;
  }
  return blocks;
}

const nodesOf = (lines, depth) => blocksOf(lines, depth).map((block) => block.build());

function blockAt(lines, i, depth) {
  const line = lines[i];
  const fence = FENCE.exec(line);
  if (fence) return codeAt(lines, i, fence);
  const heading = HEADING.exec(line);
  // The page's own headings are h1 and h2, so an answer's start at h3.
  if (heading) return { next: i + 1, build: () => h(`h${Math.min(6, heading[1].length + 2)}`, {}, ...inline(heading[2] ?? '')) };
  if (RULE.test(line)) return { next: i + 1, build: () => h('hr') };
  if (startsTable(lines, i)) return tableAt(lines, i);
  if (depth < MAX_NESTING) {
    if (QUOTE.test(line)) {
      let next = i;
      while (next < lines.length && QUOTE.test(lines[next])) next++;
      const inner = lines.slice(i, next).map((quoted) => quoted.replace(/^ {0,3}> ?/, ''));
      return { next, build: () => h('blockquote', {}, ...nodesOf(inner, depth + 1)) };
    }
    const item = ITEM.exec(line);
    if (item) return listAt(lines, i, item, depth);
  }
  let next = i + 1;
  while (next < lines.length && !isBlank(lines[next]) && !interrupts(lines, next)) next++;
  return { next, build: () => h('p', {}, ...inline(lines.slice(i, next).map((part) => part.trim().replace(/\\$/, '')).join('\n'))) };
}

function codeAt(lines, i, [, indent, ticks, info]) {
  const closing = new RegExp(`^ {0,3}${ticks[0]}{${ticks.length},} *$`);
  const margin = new RegExp(`^ {0,${indent.length}}`);
  let end = i + 1;
  while (end < lines.length && !closing.test(lines[end])) end++;
  const code = lines.slice(i + 1, end).map((line) => line.replace(margin, '')).join('\n');
  return { next: Math.min(end + 1, lines.length), code, info, build: () => codeBox(info.trim().split(/[\s{]/)[0], code) };
}

function codeBox(language, code) {
  const body = h('code', {}, document.createTextNode(code));
  const copy = h('button', { type: 'button', className: 'quiet', textContent: 'Copy', onclick: () => copyText(body.textContent, copy) });
  copy.setAttribute('aria-label', 'Copy code');
  // The box scrolls sideways, so the keyboard must reach it.
  return h('div', { className: 'code' }, h('div', { className: 'codeHead' }, h('span', {}, language || 'text'), copy), h('pre', { tabIndex: 0 }, body));
}

function tableAt(lines, i) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  const align = cells(lines[i + 1]).map((cell) => (cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : 'left'));
  let next = i + 2;
  while (next < lines.length && lines[next].includes('|')) next++;
  const row = (tag) => (line) => h('tr', {}, ...cells(line).slice(0, align.length).map((cell, column) => {
    const box = h(tag, {}, ...inline(cell));
    box.dataset.align = align[column];
    return box;
  }));
  return {
    next,
    build: () => h('div', { className: 'tableBox', tabIndex: 0 }, h('table', {},
      h('thead', {}, row('th')(lines[i])), h('tbody', {}, ...lines.slice(i + 2, next).map(row('td'))))),
  };
}

function listAt(lines, i, [, baseIndent, marker], depth) {
  const sameKind = (line) => {
    const item = RULE.test(line) ? null : ITEM.exec(line);
    return item && item[2].at(-1) === marker.at(-1) && item[1].length < baseIndent.length + 2 ? item : null;
  };
  const afterBlanks = (from) => {
    while (from < lines.length && isBlank(lines[from])) from++;
    return from;
  };
  const items = [];
  let next = i;
  for (let item; next < lines.length && (item = sameKind(lines[next])); ) {
    const body = [item[4]];
    const width = item[1].length + item[2].length + 1;
    const inside = Math.min(width, item[1].length + 2); // models often indent by two where Markdown wants three
    for (next++; next < lines.length; next++) {
      const content = afterBlanks(next);
      const isInside = content < lines.length && indentOf(lines[content]) >= inside;
      if (content > next && !isInside) break;
      if (!isInside && (ITEM.test(lines[next]) || interrupts(lines, next))) break;
      while (next < content) body.push(lines[next++]);
      body.push(lines[next].slice(Math.min(indentOf(lines[next]), width)));
    }
    items.push(body);
    if (afterBlanks(next) < lines.length && sameKind(lines[afterBlanks(next)])) next = afterBlanks(next);
  }
  const build = () => h(/\d/.test(marker) ? 'ol' : 'ul', {}, ...items.map((body) => {
    const nodes = nodesOf(body, depth + 1);
    return h('li', {}, ...nodes.flatMap((node, n) => (n === 0 && node.localName === 'p' ? [...node.childNodes] : [node])));
  }));
  return { next, build: /\d/.test(marker) ? () => Object.assign(build(), { start: parseInt(marker, 10) }) : build };
}

/**
 * Markdown that grows. A block is final once two whole lines from the next one's start on have come (a table is known by
 * its second line); final blocks are never parsed or touched again. Of what follows them, only blocks whose text has changed are built anew, and code that grew
 * is appended to, so that a selection lasts and a long answer costs little.
 */
class GrowingMarkdown {
  constructor(root) {
    Object.assign(this, { root, finalChars: 0, tail: [] });
  }

  update(text) {
    const lines = text.slice(this.finalChars).replaceAll('\r', '').split('\n').map(withoutTabs);
    const blocks = blocksOf(lines);
    const drawn = blocks.map((block, b) => this.draw(block, lines.slice(block.first, block.next).join('\n'), this.tail[b]));
    this.tail.slice(blocks.length).forEach(({ node }) => node.remove());
    const last = blocks.findLastIndex((block, b) => b === 0 || block.first < lines.length - 2);
    this.tail = drawn.slice(Math.max(last, 0));
    if (last <= 0) return;
    for (let skipped = 0; skipped < blocks[last].first; skipped++) this.finalChars = text.indexOf('\n', this.finalChars) + 1;
  }

  draw(block, source, old) {
    if (old?.source === source) return old;
    if (old?.codeText && block.code !== undefined && old.info === block.info && block.code.startsWith(old.codeText.data)) {
      old.codeText.appendData(block.code.slice(old.codeText.data.length));
      return Object.assign(old, { source });
    }
    const node = block.build();
    if (old) old.node.replaceWith(node);
    else this.root.append(node);
    return { source, node, info: block.info, codeText: block.code === undefined ? null : node.querySelector('code').firstChild };
  }
}

const withoutTabs = (line) => line.replace(/^\t+/, (tabs) => '    '.repeat(tabs.length));

// ---- Server: is it ready, which model does it serve. Polled only while it is not ready.

const $ = (id) => document.getElementById(id);
const api = (path) => new URL(path, document.baseURI); // relative, so that a proxy may put the page under a prefix
const READINESS = {
  ready: '',
  starting: 'The server is starting: the model is being loaded. You can write meanwhile.',
  draining: 'The server is shutting down and takes no new requests. What you wrote stays here.',
  notReady: 'The server is not ready to answer. What you write stays here.',
  unreachable: 'The server cannot be reached. Trying again; what you write stays here.',
};
const server = { state: 'unknown', model: undefined, isPolled: false, wake: () => {} };

async function probeReadiness() {
  try {
    const response = await fetch(api('health/ready'), { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (response.ok || response.status === 404) return 'ready'; // 404: it answers, but has no probe
    const said = await response.text();
    return /drain|shut|stop/i.test(said) ? 'draining' : /start|load|warm/i.test(said) ? 'starting' : 'notReady';
  } catch {
    return 'unreachable';
  }
}

async function pollUntilReady() {
  if (server.isPolled) {
    server.wake(); // do not wait for the next turn
    return;
  }
  server.isPolled = true;
  for (let delayMillis = 1000; ; delayMillis = Math.min(delayMillis * 1.5, 5000)) {
    if (!document.hidden) {
      server.state = await probeReadiness();
      if (server.state === 'ready' && (await loadModel())) break;
      showServer();
    }
    await new Promise((done) => setTimeout((server.wake = done), delayMillis));
  }
  server.isPolled = false;
  showServer();
}

async function loadModel() {
  try {
    const response = await fetch(api('v1/models'), { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw await Failure.ofResponse(response);
    const model = (await response.json()).data?.[0] ?? {};
    const contextTokens = model.max_model_len ?? model.context_length ?? model.context_window;
    server.model = model.id;
    document.title = model.id ? `${model.id} · Javelin` : 'Javelin';
    $('modelName').textContent = $('modelName').title = model.id ?? 'a model without a name';
    $('context').textContent = contextTokens ? `${contextTokens.toLocaleString('en')}-token context` : '';
    return true;
  } catch {
    server.state = 'notReady';
    return false;
  }
}

function showServer() {
  $('dot').dataset.state = server.state;
  $('banner').dataset.state = server.state;
  const words = READINESS[server.state] ?? '';
  if ($('banner').textContent !== words) $('banner').textContent = words;
  $('banner').hidden = !words;
  if (!server.model) $('modelName').textContent = { ready: 'ready', unreachable: 'not reachable' }[server.state] ?? 'waiting for the model';
  showComposer();
}

// ---- Settings: an empty one is left out of the request.

const SAMPLING = [
  { key: 'temperature', label: 'Temperature', help: '0 takes the likeliest token', min: 0, max: 2, step: 'any' },
  { key: 'top_p', label: 'Top p', help: 'Probability mass to draw from', min: 0, max: 1, step: 'any' },
  { key: 'top_k', label: 'Top k', help: 'Draw from this many, 0: all', min: 0, max: 1000000, step: 1 },
  { key: 'min_p', label: 'Min p', help: 'Least share of the likeliest one', min: 0, max: 1, step: 'any' },
  { key: 'repetition_penalty', label: 'Repetition penalty', help: '1 has no effect', min: 0.01, max: 10, step: 'any' },
  { key: 'max_tokens', label: 'Max tokens', help: 'Longest answer', min: 1, max: 10000000, step: 1 },
  { key: 'seed', label: 'Seed', help: 'Makes an answer repeatable', min: 0, max: Number.MAX_SAFE_INTEGER, step: 1 },
];
let settings = stored.read('settings', {});

function buildSettings() {
  for (const { key, label, help, ...range } of SAMPLING) {
    const input = h('input', { type: 'number', id: `set-${key}`, placeholder: 'default', inputMode: 'decimal', ...range });
    input.setAttribute('aria-describedby', `help-${key}`);
    $('sampling').append(h('div', { className: 'field' },
      h('label', { htmlFor: input.id, textContent: label }), h('p', { className: 'help', id: `help-${key}`, textContent: help }), input));
    input.addEventListener('input', takeSettings);
  }
  $('system').addEventListener('input', takeSettings);
  showSettings();
}

function showSettings() {
  $('system').value = settings.system ?? '';
  for (const { key } of SAMPLING) $(`set-${key}`).value = settings[key] ?? '';
  $('openSettings').classList.toggle('changed', Object.keys(settings).length > 0);
}

function takeSettings() {
  settings = {};
  if ($('system').value.trim()) settings.system = $('system').value;
  for (const { key, help } of SAMPLING) {
    const input = $(`set-${key}`);
    if (input.validity.valid && input.value !== '') settings[key] = input.valueAsNumber;
    $(`help-${key}`).textContent = input.validity.valid ? help : input.validationMessage;
    input.classList.toggle('wrong', !input.validity.valid);
  }
  $('openSettings').classList.toggle('changed', Object.keys(settings).length > 0);
  stored.write('settings', settings);
}

/** Whether every setting can be sent; shows the first that cannot. */
function settingsAreValid() {
  const wrong = SAMPLING.map(({ key }) => $(`set-${key}`)).find((input) => !input.validity.valid);
  if (!wrong) return true;
  if (!$('settings').open) $('settings').showModal();
  wrong.focus();
  return false;
}

// ---- Chats: one storage entry each, so that tabs do not overwrite one another. The oldest go first.

const MAX_CHATS = 50;
const newChat = () => ({ id: Date.now().toString(36) + Math.random().toString(36).slice(2, 6), messages: [], changed: 0 });
let chat = newChat();

function savedChats() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith('javelin.chat.'))
      .map((key) => stored.read(key.slice('javelin.'.length)))
      .filter((saved) => Array.isArray(saved?.messages)).sort((a, b) => b.changed - a.changed);
  } catch {
    return []; // storage is switched off
  }
}

function saveChat() {
  if (chat.messages.length === 0) return;
  chat.changed = Date.now();
  let others;
  while (!stored.write(`chat.${chat.id}`, chat)) {
    others ??= savedChats().filter((saved) => saved.id !== chat.id);
    if (others.length === 0) return; // does not fit at all: the page goes on without
    stored.remove(`chat.${others.pop().id}`);
  }
  try {
    sessionStorage.setItem('javelin.current', chat.id);
  } catch {
    // a reload will start with a new chat
  }
}

function openChat(opened) {
  turn?.controller.abort();
  saveChat();
  chat = opened;
  savedChats().slice(MAX_CHATS).forEach((saved) => stored.remove(`chat.${saved.id}`));
  try {
    sessionStorage.setItem('javelin.current', chat.id);
  } catch {
    // see saveChat
  }
  showChat();
  $('prompt').focus();
}

function showChats() {
  $('chatList').replaceChildren(...savedChats().map((saved) => {
    const title = saved.messages.find(({ role }) => role === 'user')?.content ?? 'Chat';
    const open = h('button', { type: 'button', className: 'open', onclick: () => ($('chats').close(), openChat(saved)) },
      h('span', {}, title.slice(0, 100)),
      h('span', { className: 'help' }, new Date(saved.changed).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })));
    if (saved.id === chat.id) open.setAttribute('aria-current', 'true');
    const remove = h('button', { type: 'button', className: 'quiet', textContent: 'Delete', onclick: () => deleteChats([saved]) });
    remove.setAttribute('aria-label', `Delete chat: ${title.slice(0, 60)}`);
    return h('li', {}, open, remove);
  }));
  $('deleteChats').hidden = $('chatList').children.length === 0;
}

function deleteChats(doomed) {
  if (doomed.some(({ id }) => id === chat.id)) {
    chat.isDeleted = true; // so that its answer, still coming, does not bring it back
    turn?.controller.abort();
    chat = newChat();
    showChat();
  }
  doomed.forEach(({ id }) => stored.remove(`chat.${id}`));
  showChats();
  $('chats').querySelector('[data-close]').focus();
}

// ---- Messages: {role, content} and, for an answer, `stats`, `ending` and `failure`.

const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function statsText({ waitedMillis, firstMillis, perSecond, tokens, promptTokens, cachedTokens, isLive } = {}, ending) {
  if (firstMillis === undefined) return waitedMillis === undefined ? (ending ?? '') : `waiting for the first token, ${number(waitedMillis / 1000, 1)} s`;
  const parts = [ending, perSecond && `${isLive ? '≈ ' : ''}${number(perSecond, 1)} tokens/s`, `first token ${number(firstMillis / 1000, 2)} s`];
  if (tokens !== undefined) parts.push(`${isLive ? '≈ ' : ''}${number(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`);
  if (promptTokens !== undefined) parts.push(`prompt ${number(promptTokens)}${cachedTokens ? `, ${number(cachedTokens)} cached` : ''}`);
  return parts.filter(Boolean).join(' · ');
}

async function copyText(text, button) {
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or plain http from another host
    const box = document.body.appendChild(h('textarea', { className: 'hidden', value: text }));
    box.select();
    isCopied = document.execCommand('copy');
    box.remove();
  }
  button.textContent = isCopied ? 'Copied' : 'Not copied';
  setTimeout(() => (button.textContent = 'Copy'), 1500);
  button.focus();
}

const action = (words, onclick, className = 'quiet') => h('button', { type: 'button', className, textContent: words, onclick });

function userView(message) {
  const copy = action('Copy', () => copyText(message.content, copy));
  const body = h('div', { className: 'body', textContent: message.content });
  const foot = h('div', { className: 'foot' }, action('Edit', () => editMessage(message, view), 'quiet lastOnly'), copy);
  const view = h('article', { className: 'message user', ariaLabel: 'You' }, body, foot);
  return view;
}

function editMessage(message, view) {
  const editor = h('textarea', { className: 'editor', value: message.content, rows: 3, ariaLabel: 'Edit message' });
  const leave = () => {
    const shown = userView(message);
    view.replaceWith(shown);
    shown.querySelector('button').focus();
  };
  const submit = () => {
    if (!editor.value.trim() || !canSend() || !settingsAreValid()) return;
    chat.messages.length = chat.messages.indexOf(message);
    send(editor.value);
  };
  editor.onkeydown = (event) => {
    if (event.key === 'Escape') leave();
    else if (isSendKey(event)) (event.preventDefault(), submit());
  };
  view.classList.add('editing');
  view.replaceChildren(editor, h('div', { className: 'editRow' }, action('Cancel', leave), action('Send', submit, 'primary')));
  editor.focus();
}

function answerView(message) {
  const answer = h('div', { className: 'answer body' });
  const markdown = new GrowingMarkdown(answer);
  const stats = h('span', { className: 'stats', ariaLive: 'off' });
  const copy = action('Copy', () => copyText(message.content, copy));
  const again = action('Regenerate', regenerate, 'quiet lastOnly');
  const view = h('article', { className: 'message assistant', ariaLabel: 'Answer' }, answer, h('div', { className: 'foot' }, stats, copy, again));
  const showStats = () => {
    const words = statsText(message.stats, message.ending);
    if (stats.textContent !== words) stats.textContent = words;
  };
  const showText = () => markdown.update(message.content);
  const finish = () => {
    copy.hidden = !message.content;
    again.hidden = Boolean(message.failure);
    answer.hidden = !message.content;
    if (message.failure) answer.after(failureNote(message.failure));
  };
  showText();
  showStats();
  return { view, showText, showStats, finish };
}

function failureNote({ title, detail, retryAtMillis }) {
  const button = action('Try again', regenerate, 'primary lastOnly');
  const tick = () => {
    const seconds = Math.ceil((retryAtMillis - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? `Try again in ${seconds} s` : 'Try again';
    if (seconds > 0) setTimeout(tick, 250);
  };
  tick();
  const note = h('div', { className: 'note' }, h('strong', {}, title), detail, h('div', {}, button));
  note.setAttribute('role', 'alert');
  return note;
}

function showChat() {
  $('log').replaceChildren(...chat.messages.map((message) => {
    if (message.role === 'user') return userView(message);
    const { view, finish } = answerView(message);
    finish();
    return view;
  }));
  $('welcome').hidden = chat.messages.length > 0;
  toBottom();
}

// ---- Scrolling: the view follows the answer only while the reader is at its end.

let isAtEnd = true;
const toBottom = () => {
  $('scroller').scrollTop = $('scroller').scrollHeight;
  noteScroll();
};
function noteScroll() {
  const { scrollHeight, scrollTop, clientHeight } = $('scroller');
  isAtEnd = scrollHeight - scrollTop - clientHeight < 40;
  $('latest').hidden = isAtEnd;
}

// ---- Turn: one request and its answer.

let turn = null;
const canSend = () => !turn && server.state === 'ready';
const isSendKey = (event) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && !matchMedia('(pointer: coarse)').matches;

/** The conversation as the API wants it: without empty answers, and with roles that alternate, as templates demand. */
function wireMessages() {
  const wire = settings.system ? [{ role: 'system', content: settings.system }] : [];
  for (const { role, content } of chat.messages) {
    if (!content) continue;
    if (role === wire.at(-1)?.role) wire.at(-1).content += `\n\n${content}`;
    else wire.push({ role, content });
  }
  return wire;
}

function requestBody() {
  const { system, ...sampling } = settings;
  return { model: server.model, messages: wireMessages(), stream: true, stream_options: { include_usage: true }, ...sampling };
}

function send(text) {
  chat.messages.push({ role: 'user', content: text });
  showChat();
  runTurn();
}

function regenerate() {
  if (!canSend() || !settingsAreValid()) return;
  while (chat.messages.at(-1)?.role === 'assistant') chat.messages.pop();
  showChat();
  runTurn();
}

async function runTurn() {
  const message = { role: 'assistant', content: '' };
  const body = JSON.stringify(requestBody());
  const shown = answerView(message);
  const mine = { controller: new AbortController(), chat, message, shown, startMillis: performance.now(), pieces: 0, isDirty: true };
  turn = mine;
  chat.messages.push(message);
  saveChat();
  shown.view.classList.add('streaming');
  $('log').setAttribute('aria-busy', 'true');
  $('log').append(shown.view);
  toBottom();
  showComposer();
  requestAnimationFrame(() => drawTurn(mine));
  try {
    await readAnswer(mine, body);
  } catch (error) {
    endInFailure(mine, error);
  }
  endTurn(mine);
}

async function readAnswer(mine, body) {
  const response = await fetch(api('v1/chat/completions'), {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' }, body, signal: mine.controller.signal,
  });
  if (!response.ok) throw await Failure.ofResponse(response);
  for await (const data of serverSentEvents(response.body)) {
    if (data === '[DONE]') return;
    takeChunk(mine, JSON.parse(data));
  }
  if (!mine.finishReason) throw Failure.inStream({ message: 'The server closed the connection before the answer was complete.' });
}

function takeChunk(mine, chunk) {
  if (chunk.error) throw Failure.inStream(chunk.error);
  const choice = chunk.choices?.[0];
  if (choice?.delta?.content) {
    mine.message.content += choice.delta.content;
    mine.lastMillis = performance.now();
    mine.firstMillis ??= mine.lastMillis;
    mine.pieces++;
    mine.isDirty = true;
  }
  mine.finishReason = choice?.finish_reason ?? mine.finishReason;
  mine.usage = chunk.usage ?? mine.usage;
}

/** Rates count pieces until the server has said how many tokens they were. */
function measure(mine) {
  const tokens = mine.usage?.completion_tokens ?? mine.pieces;
  const streamedMillis = mine.lastMillis - mine.firstMillis;
  mine.message.stats = {
    waitedMillis: turn === mine ? performance.now() - mine.startMillis : undefined,
    firstMillis: mine.firstMillis && mine.firstMillis - mine.startMillis,
    perSecond: tokens > 1 && streamedMillis > 0 ? ((tokens - 1) * 1000) / streamedMillis : undefined,
    tokens,
    promptTokens: mine.usage?.prompt_tokens,
    cachedTokens: mine.usage?.prompt_tokens_details?.cached_tokens,
    isLive: !mine.usage,
  };
  mine.shown.showStats();
}

/** Draws what has come since the last frame: many tokens a frame cost one layout. */
function drawTurn(mine) {
  if (turn !== mine) return;
  if (mine.isDirty) mine.shown.showText();
  mine.isDirty = false;
  if (performance.now() - (mine.measuredMillis ?? -1000) > 150) {
    mine.measuredMillis = performance.now();
    measure(mine);
  }
  if (performance.now() - (mine.savedMillis ?? mine.startMillis) > 1500) {
    mine.savedMillis = performance.now();
    saveChat();
  }
  if (isAtEnd) toBottom();
  else noteScroll();
  requestAnimationFrame(() => drawTurn(mine));
}

function endInFailure(mine, error) {
  if (mine.controller.signal.aborted) {
    mine.message.ending ??= 'stopped';
    return;
  }
  const { title, message: detail, retrySeconds } = Failure.of(error);
  mine.message.failure = { title, detail, retryAtMillis: Date.now() + retrySeconds * 1000 };
  probeReadiness().then((state) => {
    server.state = state;
    showServer();
    if (state !== 'ready') pollUntilReady();
  });
}

function endTurn(mine) {
  if (mine.finishReason === 'length') mine.message.ending = 'cut at the limit of tokens';
  if (turn === mine) turn = null;
  mine.shown.showText();
  measure(mine);
  mine.shown.finish();
  mine.shown.view.classList.remove('streaming');
  $('log').removeAttribute('aria-busy');
  showComposer();
  if (mine.chat !== chat) { // another chat was opened meanwhile
    if (!mine.chat.isDeleted) stored.write(`chat.${mine.chat.id}`, mine.chat);
    return;
  }
  $('announcer').textContent = mine.message.failure ? '' : mine.message.ending === 'stopped' ? 'Answer stopped' : 'Answer complete';
  saveChat();
  if (isAtEnd) toBottom();
}

// ---- Wiring.

function showComposer() {
  const prompt = $('prompt');
  document.body.classList.toggle('busy', turn !== null);
  const stopHadFocus = document.activeElement === $('stop');
  $('send').hidden = turn !== null;
  $('stop').hidden = turn === null;
  if (stopHadFocus && !turn) prompt.focus();
  $('send').setAttribute('aria-disabled', String(!canSend() || !prompt.value.trim()));
  prompt.style.height = 'auto';
  prompt.style.height = `${prompt.scrollHeight}px`;
}

function submitPrompt() {
  const text = $('prompt').value;
  if (!text.trim() || !canSend() || !settingsAreValid()) return;
  $('prompt').value = '';
  stored.write('draft', '');
  showComposer();
  send(text.trim());
}

function wireDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => {
      const isOutside = event.target === dialog && event.clientX < dialog.getBoundingClientRect().left;
      if (isOutside || event.target.closest('[data-close]')) dialog.close();
    });
  }
  $('openSettings').onclick = () => $('settings').showModal();
  $('openChats').onclick = () => (showChats(), $('chats').showModal());
  $('resetSettings').onclick = () => ((settings = {}), showSettings(), takeSettings());
  $('deleteChats').onclick = () => confirm('Delete all chats kept in this browser?') && deleteChats(savedChats());
}

function showTheme() {
  $('toggleTheme').setAttribute('aria-pressed', String(isDark()));
}

function start() {
  buildSettings();
  wireDialogs();
  showTheme();
  systemDark.addEventListener('change', showTheme);
  $('toggleTheme').onclick = () => (toggleTheme(), showTheme());
  $('newChat').onclick = () => openChat(newChat());
  $('stop').onclick = () => turn?.controller.abort();
  $('composer').onsubmit = (event) => (event.preventDefault(), submitPrompt());
  $('prompt').oninput = () => (stored.write('draft', $('prompt').value), showComposer());
  $('prompt').onkeydown = (event) => {
    if (isSendKey(event)) (event.preventDefault(), submitPrompt()); // a handler that returns false would eat the key
  };
  $('scroller').addEventListener('scroll', noteScroll, { passive: true });
  $('latest').onclick = () => (toBottom(), $('prompt').focus());
  $('endpoint').textContent = api('v1').href;
  $('copyEndpoint').onclick = () => copyText(api('v1').href, $('copyEndpoint'));
  $('ideas').onclick = ({ target }) => {
    if (target.localName !== 'button') return;
    $('prompt').value = target.textContent;
    submitPrompt();
    $('prompt').focus();
  };
  addEventListener('keydown', (event) => event.key === 'Escape' && !document.querySelector('dialog[open]') && turn?.controller.abort());
  addEventListener('resize', () => isAtEnd && toBottom());
  addEventListener('pagehide', () => {
    if (turn) {
      turn.message.ending = 'interrupted';
      turn.controller.abort(); // else the browser ends the request, and that looks like a failure
    }
    saveChat();
  });
  document.addEventListener('visibilitychange', () => !document.hidden && !turn && pollUntilReady());
  addEventListener('online', () => !turn && pollUntilReady());
  $('prompt').value = stored.read('draft', '');
  let current = null;
  try {
    current = stored.read(`chat.${sessionStorage.getItem('javelin.current')}`);
  } catch {
    // storage is switched off
  }
  if (Array.isArray(current?.messages)) chat = current;
  showChat();
  showServer();
  pollUntilReady();
}

document.addEventListener('DOMContentLoaded', start);
