// The beach page: three taps to a sighting with position and time, and what became of each. Holds no words of its own:
// they come with the page, in its language.
import { all, deliver, drop, note, noted, pause, put, tellOthers } from './beach_queue.js';

const root = document.getElementById('beach');
const { beaches, words, what: WHAT, at_sea: AT_SEA, zone, call, officer: there, icons } = JSON.parse(root.dataset.beach);
const language = document.documentElement.lang;
const by = (id) => document.getElementById(id);
const said = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

let officer = there;
let aheadMs = 0;
let fix = null; // the newest position: {latitude, longitude, accuracy_m, at}
let made = null; // what is being tapped now
let trouble = '';
let tries = 0;
let timer = 0;
let watching = false;

// -- where ------------------------------------------------------------------------------------------------------------

const FIX_LASTS_MS = 120_000;

function minutes(degrees, width) {
  const thousandths = Math.round(Math.abs(degrees) * 60_000);
  const whole = Math.floor(thousandths / 60_000);
  const rest = ((thousandths % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${String(whole).padStart(width, '0')}°${rest}′`;
}

const shown = ({ latitude, longitude }) =>
  `${minutes(latitude, 2)}${latitude < 0 ? 'S' : 'N'} ${minutes(longitude, 3)}${longitude < 0 ? 'W' : 'E'}`;

function metres(one, other) {
  const radians = Math.PI / 180;
  const north = ((other.latitude - one.latitude) * radians) / 2;
  const east = ((other.longitude - one.longitude) * radians) / 2;
  const chord =
    Math.sin(north) ** 2 + Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians) * Math.sin(east) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(Math.min(1, chord)));
}

function nearestBeach(position) {
  let best = ['', 5000];
  for (const [name, latitude, longitude] of beaches) {
    const far = metres(position, { latitude, longitude });
    if (far <= best[1]) best = [name, far];
  }
  return best[0];
}

function whereWords(position, place) {
  if (!position) return place || said('no_place');
  const near = nearestBeach(position);
  const fixed = said('fix', { position: shown(position), metres: Math.ceil(position.accuracy_m) });
  return near ? `${fixed} · ${near}` : fixed;
}

const fresh = () => (fix && Date.now() - fix.at < FIX_LASTS_MS ? fix : null);

function showWhere(refused = false) {
  const now = fresh();
  by('where').textContent = now ? whereWords(now) : said(refused ? 'no_fix' : 'looking');
  if (made) showSending();
}

function watch() {
  if (watching) return;
  if (!navigator.geolocation) {
    showWhere(true);
    return;
  }
  watching = true;
  navigator.geolocation.watchPosition(
    ({ coords }) => {
      fix = { latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy, at: Date.now() };
      showWhere();
    },
    () => showWhere(true),
    { enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000 },
  );
}

// -- the three taps ---------------------------------------------------------------------------------------------------

// A number said on a beach is about right: a quarter either way.
const about = (count) => ({ at_least: count - Math.floor(count / 4), at_most: count + Math.floor(count / 4), said: count });

function countWords(count) {
  if (!count) return said('count_unknown');
  if (count.at_least === count.at_most) return count.at_most === 1 ? said('one') : said('exactly', { count: count.at_most });
  return said('about', { count: count.said, least: count.at_least, most: count.at_most });
}

function step(name) {
  for (const one of ['what', 'count', 'send']) by(`step-${one}`).hidden = one !== name;
  root.classList.toggle('is-distress', made?.what === 'distress');
  by(`${name}-title`).focus({ preventScroll: true });
  by(`step-${name}`).scrollIntoView({ block: 'nearest' });
}

function showSending() {
  for (const line of document.querySelectorAll('.chosen')) line.textContent = WHAT[made.what];
  by('said-count').textContent = countWords(made.count);
  const position = made.position ?? fresh();
  by('said-where').textContent = whereWords(position, by('place').value);
  by('place-field').hidden = Boolean(position);
  by('rescue-field').hidden = !AT_SEA.includes(made.what);
}

function begin(what) {
  watch();
  made = { what, count: null };
  // What an earlier report was sent without says nothing about this one: rescue is told unless refused here and now.
  by('rescue').checked = true;
  showSending();
  step('count');
}

function counted(count) {
  made.count = count;
  showSending();
  step('send');
}

const typed = () => {
  const number = Number.parseInt(by('count').value, 10);
  return Number.isFinite(number) && number >= 0 && number <= 9999 ? number : null;
};

async function send() {
  if (!officer) {
    trouble = 'nobody';
    showTrouble();
    return;
  }
  const before = made.before;
  // A report that is mended keeps its id: what the node refused was not recorded under it.
  const id = before?.id ?? crypto.randomUUID();
  const position = made.position ?? fresh();
  const report = {
    id,
    officer,
    what: made.what,
    count: made.count,
    position: position && { latitude: position.latitude, longitude: position.longitude, accuracy_m: position.accuracy_m },
    place: position ? '' : by('place').value,
    words: by('words').value.trim(),
    handling: by('handling').value,
    tell: by('tell').checked,
    rescue: by('rescue').checked,
    language,
    made_at: before && before.error?.code !== 'waited_too_long' ? before.made_at : Date.now(),
    state: 'waiting',
    tries: 0,
  };
  by('send').disabled = true;
  try {
    await put(report);
  } catch {
    trouble = 'not_kept';
    showTrouble();
    return;
  } finally {
    by('send').disabled = false;
  }
  made = null;
  by('words').value = '';
  by('place').value = '';
  by('rescue').checked = true;
  by('more').open = false;
  step('what');
  tellOthers();
  await list();
  askToSync();
  attempt();
  if (report.what === 'distress') setTimeout(list, GONE_WITHIN_MS + 100);
}

// -- what became of them ----------------------------------------------------------------------------------------------

const clock = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  timeZone: zone,
});
const numberOf = (id) => `B-${id.slice(0, 8).toUpperCase()}`;

function element(name, className, text) {
  const made_ = document.createElement(name);
  if (className) made_.className = className;
  if (text) made_.textContent = text;
  return made_;
}

function icon(name) {
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  drawn.setAttribute('class', 'icon');
  drawn.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${icons}#${name}`);
  drawn.append(use);
  return drawn;
}

function button(text, does) {
  const made_ = element('button', 'button', text);
  made_.type = 'button';
  made_.addEventListener('click', does);
  return made_;
}

const TAGS = { waiting: 'tag--due', sending: 'tag--due', recorded: 'tag--confirmed', refused: '' };
const ICONS = { waiting: 'offline', sending: 'forward', recorded: 'check', refused: 'cross' };

function line(report) {
  const item = element('li', report.what === 'distress' && report.state !== 'recorded' ? 'line line--life' : 'line');
  item.id = `report-${report.id}`;
  item.dataset.state = report.state;
  const at = element('time', 'line__time', clock.format(report.made_at + aheadMs));
  const body = element('div', 'line__what');
  body.append(element('p', 'line__title', WHAT[report.what]));
  if (report.state !== 'recorded') {
    body.append(element('p', '', `${countWords(report.count)} · ${whereWords(report.position, report.place)}`));
    if (report.words) body.append(element('p', 'soft', report.words));
  }
  const tags = element('p', 'tags');
  const tag = element('span', `tag ${TAGS[report.state]}`);
  tag.append(icon(ICONS[report.state]), words[report.state]);
  tags.append(tag, element('span', 'tag tag--quiet', said('number', { number: report.number ?? numberOf(report.id) })));
  body.append(tags);
  if (report.error && report.state === 'refused') {
    body.append(element('p', 'field__error', report.error.text), element('p', '', report.error.remedy));
  }
  const deeds = element('div', 'queue__deeds');
  // What may be on its way already is not changed under it: the node would keep the first and the officer the second.
  if (report.state === 'refused') deeds.append(button(words.edit, () => edit(report)));
  if (report.state === 'refused') deeds.append(button(words.again, () => again(report)));
  if (report.state === 'refused' || report.state === 'waiting') deeds.append(button(words.delete, () => sure(deeds, report)));
  if (deeds.children.length) body.append(deeds);
  item.append(at, body);
  return item;
}

function sure(deeds, report) {
  const yes = button(words.delete_sure, async () => {
    await drop(report.id);
    tellOthers();
    list();
  });
  deeds.replaceChildren(yes, button(words.keep, list));
  yes.focus();
}

async function again(report) {
  await put({ ...report, state: 'waiting', error: undefined });
  await list();
  attempt();
}

function edit(report) {
  made = { what: report.what, count: report.count, position: report.position, before: report };
  by('words').value = report.words;
  by('place').value = report.place;
  by('handling').value = report.handling;
  by('tell').checked = report.tell;
  by('rescue').checked = report.rescue;
  by('more').open = true;
  showSending();
  step('send');
}

// A distress that was refused, that a lost network holds, or that a poor one has not carried within seconds.
const GONE_WITHIN_MS = 6000;

function notGone(report) {
  if (report.what !== 'distress' || report.state === 'recorded') return false;
  if (report.state === 'refused' || !navigator.onLine || (trouble && report.state === 'waiting')) return true;
  return Date.now() - report.made_at >= GONE_WITHIN_MS;
}

async function list() {
  let reports;
  try {
    reports = await all();
  } catch {
    trouble = 'not_kept';
    showTrouble();
    return;
  }
  const mine = reports.filter((one) => one.officer === officer);
  const others = reports.filter((one) => one.officer !== officer && one.state !== 'recorded');
  by('queue').replaceChildren(...mine.map(line));
  by('queue').hidden = !mine.length;
  by('queue-empty').hidden = mine.length > 0;
  by('not-gone').hidden = !mine.some(notGone);
  by('not-gone-words').textContent = said('not_gone', { call });
  showTrouble(others);
}

const WAY_OUT = {
  signed_out: ['/sign-in', 'sign_in'],
  no_shift: ['/shift?next=/beach', 'open_shift'],
  role_does_not_report: ['/shift', 'change_role'],
};

function showTrouble(others = []) {
  const box = by('trouble');
  const lines = [];
  const name = trouble === 'network' || !navigator.onLine ? 'offline' : trouble;
  if (name && words[name] && name !== 'others') {
    lines.push(element('p', '', words[name]));
    const out = WAY_OUT[name];
    if (out) {
      const link = element('a', 'button', words[out[1]]);
      link.href = out[0];
      lines.push(link);
    }
  }
  for (const one of new Set(others.map((each) => each.officer))) {
    const count = others.filter((each) => each.officer === one).length;
    lines.push(element('p', '', said('others', { count, officer: one.split('/').pop() })));
  }
  box.replaceChildren(...lines);
  box.hidden = !lines.length;
}

// -- sending ----------------------------------------------------------------------------------------------------------

async function attempt() {
  clearTimeout(timer);
  let result;
  try {
    result = await deliver();
  } catch {
    result = { left: 1, trouble: 'network' };
  }
  trouble = result.trouble === 'elsewhere' ? trouble : result.trouble;
  officer = there || (await noted('officer').catch(() => '')) || '';
  aheadMs = (await noted('ahead_ms').catch(() => 0)) ?? 0;
  await list();
  tries = trouble === 'network' ? tries + 1 : 0;
  // Only what the network held up is tried again unasked: else a page left open would keep its officer signed in.
  if (result.left && (trouble === 'network' || result.trouble === 'elsewhere')) timer = setTimeout(attempt, pause(tries));
}

async function askToSync() {
  const ready = await navigator.serviceWorker?.getRegistration('/beach').catch(() => undefined);
  await ready?.sync?.register('beach').catch(() => {});
}

async function start() {
  for (const one of document.querySelectorAll('[data-what]')) one.addEventListener('click', () => begin(one.dataset.what));
  for (const one of document.querySelectorAll('[data-count]')) {
    one.addEventListener('click', () => counted(one.dataset.count ? about(Number(one.dataset.count)) : null));
  }
  for (const one of document.querySelectorAll('[data-step]')) {
    one.addEventListener('click', () => {
      by('count').value = Math.max(0, (typed() ?? 0) + Number(one.dataset.step));
    });
  }
  by('count-done').addEventListener('click', () => counted(typed() === null ? null : about(typed())));
  for (const one of document.querySelectorAll('[data-back]')) one.addEventListener('click', () => step(one.dataset.back));
  by('place').addEventListener('change', showSending);
  by('send').addEventListener('click', send);
  for (const name of ['handling', 'tell']) {
    const field = by(name);
    const kept = localStorage.getItem(`entente-beach-${name}`);
    if (kept !== null) field.type === 'checkbox' ? (field.checked = kept === 'yes') : (field.value = kept);
    field.addEventListener('change', () =>
      localStorage.setItem(`entente-beach-${name}`, field.type === 'checkbox' ? (field.checked ? 'yes' : '') : field.value),
    );
  }
  if (there) await note('officer', there).catch(() => {});
  officer = there || (await noted('officer').catch(() => '')) || '';
  aheadMs = (await noted('ahead_ms').catch(() => 0)) ?? 0;
  await list();
  addEventListener('online', () => { tries = 0; attempt(); });
  addEventListener('offline', () => list());
  document.addEventListener('visibilitychange', () => { if (!document.hidden) attempt(); });
  if ('BroadcastChannel' in self) new BroadcastChannel('entente-beach').onmessage = () => list();
  if ('serviceWorker' in navigator) {
    try {
      const kept = await navigator.serviceWorker.register('/beach-worker.js', { scope: '/beach', updateViaCache: 'none' });
      if (there) kept.active?.postMessage('refresh');
    } catch { /* without it the page still works wherever there is a network */ }
  }
  const allowed = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null);
  if (allowed?.state !== 'denied') watch();
  else showWhere(true);
  attempt();
}

start();
