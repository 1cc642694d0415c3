// The forms at sea in the browser: the line that is read as it is typed, what waits until the node has it, and the keys.
// Holds no words of its own: they come with the page, in its language.
import { all, deliver, drop, get, note, noted, pause, put, tellOthers } from './sea-queue.js';

const form = document.querySelector('form[data-form]');
const { words, officer: there, zone } = JSON.parse(form.dataset.form);
const language = document.documentElement.lang;
const csrf = document.querySelector('meta[name=csrf]')?.content ?? '';
const by = (id) => document.getElementById(id);
const said = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
// Not `form.id`: a field of the form is called id, and would answer for it.
const kind = form.getAttribute('id') === 'sea-report' ? 'report' : 'quay';
const path = location.pathname;
const DRAFT = `entente.sea.${path}`;
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', timeZone: zone });

let officer = there;
let trouble = '';
let tries = 0;
let timer = 0;
let sending = false;
const byHand = new Set();

// -- what is typed outlives everything but its sending ------------------------------------------------------------------

const typed = () =>
  [...form.elements].filter((one) => one.name && !['csrf', 'id'].includes(one.name) && one.type !== 'submit');
const isEmpty = () => typed().every((one) => one.name === 'language' || one.tagName === 'SELECT' || one.value === one.defaultValue);

function fields() {
  const found = {};
  for (const one of typed()) found[one.name] = one.value;
  if (kind === 'report') found.by_hand = [...byHand].join(' ');
  return found;
}

// In the browser's own store, for a machine that restarts; of its own officer, and half a day at most.
const LASTS_MS = 12 * 3600 * 1000;
let keeping = 0;

function keep() {
  clearTimeout(keeping);
  if (sending) return Promise.resolve();
  const kept = isEmpty() ? undefined : { officer, at: Date.now(), fields: fields() };
  by('fresh')?.toggleAttribute('hidden', !kept);
  try {
    if (kept) sessionStorage.setItem(DRAFT, JSON.stringify(kept));
    else sessionStorage.removeItem(DRAFT);
  } catch { /* no store in this tab: the other one holds it */ }
  return note(DRAFT, kept).catch(() => {});
}

async function takeUp() {
  let kept;
  try { kept = JSON.parse(sessionStorage.getItem(DRAFT)); } catch { kept = null; }
  kept ??= await noted(DRAFT).catch(() => null);
  if (!kept || kept.officer !== officer || Date.now() - kept.at > LASTS_MS || by('errors') || !isEmpty()) return;
  for (const [name, value] of Object.entries(kept.fields)) {
    const one = form.elements.namedItem(name);
    if (one && 'value' in one) one.value = value;
  }
  for (const name of (kept.fields.by_hand ?? '').split(' ')) if (name) byHand.add(name);
  mark();
  tell(words.kept);
  by('fresh')?.removeAttribute('hidden');
  readSoon();
}

function empty() {
  sending = false;
  form.reset();
  for (const one of typed()) if (one.tagName !== 'SELECT') one.value = one.defaultValue;
  byHand.clear();
  heard = null;
  if (by('heard')) by('heard').hidden = true;
  if (by('position-shown')) by('position-shown').hidden = true;
  for (const one of form.querySelectorAll('.sea-unread')) one.hidden = true;
  mark();
  try { sessionStorage.removeItem(DRAFT); } catch { /* no store */ }
  note(DRAFT, undefined).catch(() => {});
  by('fresh')?.setAttribute('hidden', '');
  first().focus();
}

const first = () => by('line') ?? typed()[0];

// -- the line, read as it is typed ---------------------------------------------------------------------------------------

const READ_AFTER_MS = 90;
let heard = null;
let turn = 0;
let reading = 0;

function readSoon() {
  clearTimeout(reading);
  if (by('line')?.dataset.read) reading = setTimeout(read, READ_AFTER_MS);
}

async function read() {
  const mine = ++turn;
  const sent = new URLSearchParams(fields());
  let answer;
  try {
    answer = await fetch(by('line').dataset.read, {
      method: 'POST', body: sent, credentials: 'same-origin', headers: { Accept: 'application/json', 'X-CSRF': csrf },
      signal: AbortSignal.timeout(3000),
    });
    if (!answer.ok) return;
    answer = await answer.json();
  } catch {
    return; // the line goes as it is, and is read when it arrives
  }
  if (mine !== turn) return;
  heard = answer;
  fill();
}

function fill() {
  for (const box of form.querySelectorAll('[data-field]')) {
    const name = box.dataset.field;
    const one = form.elements.namedItem(name);
    if (byHand.has(name)) continue;
    const value = heard.fields[name] ?? '';
    if (one.tagName !== 'SELECT' || [...one.options].some((option) => option.value === value)) one.value = value;
  }
  mark();
  showHeard();
  by('position-shown').hidden = !heard.position;
  by('position-shown').textContent = heard.position;
  for (const box of form.querySelectorAll('.sea-unread')) {
    const name = box.id.slice(2, -7);
    box.hidden = !(name in heard.unread);
    box.textContent = box.hidden ? '' : words.unread;
    form.elements.namedItem(name).toggleAttribute('aria-describedby', false);
    if (!box.hidden) form.elements.namedItem(name).setAttribute('aria-describedby', box.id);
  }
}

function mark() {
  for (const box of form.querySelectorAll('[data-field]')) {
    const name = box.dataset.field;
    if (byHand.has(name)) box.dataset.from = 'hand';
    else if (heard?.fields[name]) box.dataset.from = 'line';
    else delete box.dataset.from;
  }
}

// What was read is marked with the name of its field; what nobody read stands dotted, and stays in the words.
function showHeard() {
  const box = by('heard');
  const written = heard.line;
  const pieces = [];
  let at = 0;
  const plain = (text) => {
    if (!text.trim()) return document.createTextNode(text);
    const one = document.createElement('span');
    one.className = 'sea-heard__words';
    one.textContent = text;
    return one;
  };
  for (const [start, end, name] of heard.parts) {
    if (start < at) continue;
    pieces.push(plain(written.slice(at, start)));
    const one = document.createElement('mark');
    const what = document.createElement('small');
    what.textContent = heard.names[name] ?? name;
    one.append(written.slice(start, end), what);
    pieces.push(one, ' ');
    at = end;
  }
  pieces.push(plain(written.slice(at)));
  for (const odd of heard.odd) {
    const one = document.createElement('span');
    one.className = 'sea-heard__odd';
    one.textContent = odd;
    pieces.push(one);
  }
  box.replaceChildren(...pieces);
  box.hidden = !written.trim() && !heard.odd.length;
}

// -- sending -------------------------------------------------------------------------------------------------------------

const isBlank = () => Object.entries(fields()).every(([name, value]) => ['language', 'by_hand'].includes(name) || !String(value).trim());

async function send() {
  if (sending) return;
  if (kind === 'report' && isBlank()) { first().focus(); return; }
  if (kind === 'quay' && !form.reportValidity()) return;
  if (!officer) { trouble = 'signed_out'; showTrouble(); return; }
  sending = true;
  clearTimeout(keeping);
  const id = crypto.randomUUID();
  const one = { id, kind, path, officer, made_at: Date.now(), state: 'waiting', fields: fields() };
  try {
    await put(one);
  } catch {
    // Nothing is kept here: then it goes the plain way, and what is typed stays in the page if that fails.
    sending = false;
    trouble = 'no_store';
    showTrouble();
    form.submit();
    return;
  }
  try { sessionStorage.removeItem(DRAFT); } catch { /* no store */ }
  note(DRAFT, undefined).catch(() => {});
  const answers = await attempt();
  const to = answers[id]?.to;
  if (to) { location.assign(to); return; }
  const now = await get(id).catch(() => null);
  if (now?.state === 'recorded' && now.to) { location.assign(now.to); return; }
  if (now?.state === 'refused') { sending = false; await list(); return; }
  empty();
  await list();
  (await navigator.serviceWorker?.getRegistration('/sea/').catch(() => undefined))?.sync?.register('sea').catch(() => {});
}

async function attempt() {
  clearTimeout(timer);
  let result;
  try {
    result = await deliver();
  } catch {
    result = { left: 1, trouble: 'network', said: {} };
  }
  trouble = result.trouble;
  officer = there || (await noted('officer').catch(() => '')) || '';
  await list();
  tries = trouble === 'network' ? tries + 1 : 0;
  // Only what the network held up is tried again unasked: else a page left open would keep its officer signed in.
  if (result.left && trouble === 'network') timer = setTimeout(attempt, pause(tries));
  return result.said;
}

// -- what waits here ------------------------------------------------------------------------------------------------------

function element(tag, name, text = '') {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (text) one.textContent = text;
  return one;
}

function button(text, does) {
  const one = element('button', 'button button--small', text);
  one.type = 'button';
  one.addEventListener('click', does);
  return one;
}

function line(one) {
  const item = element('li', one.state === 'recorded' ? 'line' : 'line line--life');
  item.id = `form-${one.id}`;
  item.dataset.state = one.state;
  const what = element('div', 'line__what');
  const title = element('p', 'line__title', `${said(one.state)} · ${said(one.kind)} ${one.number ?? `S-${one.id.slice(0, 8).toUpperCase()}`}`);
  what.append(title);
  if (one.fields) what.append(element('p', '', one.fields.line || one.fields.came || ''));
  if (one.error) what.append(element('p', 'field__error', one.error.text), element('p', '', one.error.remedy ?? ''));
  const deeds = element('div', 'queue__deeds');
  if (one.to) {
    const link = element('a', '', said('made_of_it'));
    link.href = one.to;
    what.append(link);
  }
  if (one.state === 'refused') {
    deeds.append(
      button(said('again'), async () => { await put({ ...one, state: 'waiting', error: undefined }); attempt(); }),
      button(said('delete'), async () => { await drop(one.id); tellOthers(); list(); }),
    );
    what.append(deeds);
  }
  item.append(element('time', 'line__time', clock.format(one.made_at)), what);
  return item;
}

async function list() {
  let found;
  try {
    found = await all();
  } catch {
    trouble = 'no_store';
    showTrouble();
    return;
  }
  const mine = found.filter((one) => one.officer === officer);
  const others = found.filter((one) => one.officer !== officer && one.state !== 'recorded');
  by('queue').replaceChildren(...mine.map(line));
  by('queue-part').hidden = !mine.length;
  showTrouble(others);
}

let told = '';
function tell(text) { told = text; showTrouble(); }

function showTrouble(others = []) {
  const name = !navigator.onLine || trouble === 'network' ? 'offline' : trouble;
  const lines = [told, name ? words[name] : ''];
  for (const one of new Set(others.map((each) => each.officer))) {
    lines.push(said('others', { count: others.filter((each) => each.officer === one).length, officer: one.split('/').pop() }));
  }
  const shown = lines.filter(Boolean).map((text) => element('p', '', text));
  by('trouble').replaceChildren(...shown);
  by('trouble').hidden = !shown.length;
}

// -- the keys -------------------------------------------------------------------------------------------------------------

form.addEventListener('input', ({ target }) => {
  const name = target.closest('[data-field]')?.dataset.field;
  if (name) byHand.add(name);
  if (kind === 'report') { mark(); readSoon(); }
  clearTimeout(keeping);
  keeping = setTimeout(keep, 150);
});
form.addEventListener('submit', (event) => { event.preventDefault(); send(); });
by('fresh')?.addEventListener('click', empty);
addEventListener('pagehide', keep);
addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  } else if (event.key === 'Enter' && event.target.matches?.('form[data-form] input')) {
    // Alone, it leads to the button: one stroke too many sends nothing.
    event.preventDefault();
    by('send').focus();
  } else if (event.key === 'Escape' && !event.defaultPrevented) {
    event.preventDefault();
    if (document.activeElement !== first()) first().focus();
    else keep().then(() => location.assign(kind === 'report' ? '/sea' : path.replace(/\/quay$/, '')));
  }
});

async function start() {
  if (there) await note('officer', there).catch(() => {});
  officer = there || (await noted('officer').catch(() => '')) || '';
  await takeUp();
  // What was typed before this script was there is read all the same.
  if (!isEmpty()) readSoon();
  await list();
  addEventListener('online', () => { tries = 0; attempt(); });
  addEventListener('offline', () => list());
  document.addEventListener('visibilitychange', () => { if (!document.hidden) attempt(); });
  if ('BroadcastChannel' in self) new BroadcastChannel('entente-sea').onmessage = () => list();
  if ('serviceWorker' in navigator) {
    try {
      const kept = await navigator.serviceWorker.register('/sea-worker.js', { scope: '/sea/', updateViaCache: 'none' });
      if (there) kept.active?.postMessage('refresh');
    } catch { /* without it the page still works wherever there is a network */ }
  }
  attempt();
}

start();
