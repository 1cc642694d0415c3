// The picture at sea in the browser: the list by keyboard, clocks that grow, the chart beside it, all of it live.
// Without this file the list and the table of positions stand on the page as they are.
import { renew } from './page.js';

const sea = document.getElementById('sea');
const room = document.getElementById('chart-room');
const box = document.getElementById('chart');
const list = document.getElementById('boats');
const keys = document.getElementById('keys');
// The node's clock, not this machine's: an age is of the picture's own time.
const ahead = Date.parse(sea.dataset.now) - Date.now();
const now = () => Date.now() + ahead;
const EVERY_MS = 15000;
const AREAS_EVERY_MS = 5000;
let chart = null;
let aged = null;
let asking = null;
let areas_at = -Infinity;
let areas_due = 0;
let ships_shown = true;
let chosen = '';
let chosen_due = 0;

const rows = () => [...list.querySelectorAll('[data-row], [data-fold]')].filter((one) => one.checkVisibility());
const row_of = (boat) => list.querySelector(`[data-boat="${CSS.escape(boat)}"] [data-row]`);

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

// What comes in while one picture is on its way is asked for once more when that one has come.
async function look() {
  if (!chart) return;
  if (asking) { asking = 'again'; return; }
  asking = 'once';
  try {
    chart.show(await fetched(box.dataset.picture));
    look_where();
  } catch { /* the list says whether the node answers; the chart keeps what it shows */ }
  const again = asking === 'again';
  asking = null;
  if (again) look();
}

// Where boats may be costs the node more than where they were seen, and changes more slowly: it never holds up a boat.
function look_where() {
  clearTimeout(areas_due);
  areas_due = setTimeout(async () => {
    areas_at = performance.now();
    try { chart?.areas(await fetched(box.dataset.areas)); } catch { /* the areas drawn before stay */ }
    look_at();
  }, Math.max(0, areas_at + AREAS_EVERY_MS - performance.now()));
}

// The most pressing boats have their areas; of any other it comes when somebody looks at it.
async function look_at() {
  const boat = chosen;
  if (!chart || !boat || chart.hasArea(boat)) return;
  try {
    const found = await fetched(`${box.dataset.areas}?boat=${encodeURIComponent(boat)}`);
    if (boat === chosen) chart.moreAreas(found);
  } catch { /* without it the boat stands where it was last seen */ }
}

// Ships move on while nothing is said of any boat; they are asked for by themselves, and only while they are shown.
async function look_ships() {
  if (!chart || !ships_shown) return;
  try { chart.ships(await fetched(box.dataset.ships)); } catch { /* the ships drawn before stay */ }
}
function show_ships(shown) {
  ships_shown = shown;
  document.getElementById('show-ships').setAttribute('aria-pressed', String(shown));
  if (!chart) return;
  if (shown) look_ships();
  else chart.ships({ features: [] });
}

function tick() {
  for (const age of document.querySelectorAll('main [data-since]')) {
    if (!aged || age.closest('.chart')) continue;
    const { words, face } = aged(Date.parse(age.dataset.since), now());
    const said = age.querySelector('.age__words');
    if (said.textContent !== words) said.textContent = words;
    age.querySelector('.age__pie').setAttribute('stroke-dasharray', `${face} 60`);
  }
  chart?.tick();
}

function choose(boat) {
  for (const one of list.querySelectorAll('[data-boat]')) one.toggleAttribute('data-chosen', one.dataset.boat === boat);
  chart?.choose(boat);
  if (boat === chosen) return;
  chosen = boat;
  clearTimeout(chosen_due);
  chosen_due = setTimeout(look_at, 250);
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  next.focus();
  (next.closest('li') ?? next).scrollIntoView({ block: 'nearest' });
}

function show_positions(shown) {
  room.classList.toggle('is-table', shown);
  const way = document.getElementById('show-positions');
  way.firstElementChild.textContent = shown ? way.dataset.map : way.dataset.table;
}

function fold(open) {
  room.hidden = !open;
  document.getElementById('fold-chart').setAttribute('aria-expanded', String(open));
}

function without_chart() {
  chart = null;
  room.classList.remove('has-chart', 'is-table');
  box.hidden = true;
  document.getElementById('no-chart').hidden = false;
  document.getElementById('chart-note').hidden = true;
  document.getElementById('show-ships').hidden = true;
}

list.addEventListener('focusin', (event) => {
  const boat = event.target.closest('[data-boat]');
  if (boat) choose(boat.dataset.boat);
});
list.addEventListener('pointerover', (event) => {
  const boat = event.target.closest('[data-boat]');
  if (boat && !list.contains(document.activeElement)) choose(boat.dataset.boat);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keys.open) return;
  if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
  const in_chart = box.contains(event.target);
  const does = {
    j: () => step(1), k: () => step(-1), m: () => { fold(true); show_positions(false); chart?.focus(); },
    t: () => chart && show_positions(!room.classList.contains('is-table')), a: () => chart?.all(), s: () => chart && show_ships(!ships_shown),
    n: () => document.getElementById('new-report')?.click(), '?': () => keys.showModal(),
    ArrowDown: in_chart ? null : () => step(1), ArrowUp: in_chart ? null : () => step(-1),
    Escape: in_chart ? () => (list.querySelector('[data-chosen] [data-row]') ?? rows()[0])?.focus() : null,
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
for (const [id, does] of [
  ['show-keys', () => keys.showModal()],
  ['fold-chart', () => fold(room.hidden)],
]) {
  const button = document.getElementById(id);
  button.hidden = false;
  button.addEventListener('click', does);
}
// With a chart the way to the table stays on this page.
document.getElementById('show-positions').addEventListener('click', (event) => {
  if (!chart) return;
  event.preventDefault();
  show_positions(!room.classList.contains('is-table'));
});

// What just came in is never out of sight: its row opens by itself, once.
const unfolded = new Set();
new MutationObserver(() => {
  for (const one of list.querySelectorAll('.beside .is-new')) {
    if (unfolded.has(one.id)) continue;
    unfolded.add(one.id);
    one.closest('details').open = true;
  }
}).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] });

document.addEventListener('entente:new', look);
setInterval(() => { if (!document.hidden) { renew(list).then(tick); renew(document.getElementById('positions')); look(); look_ships(); } }, EVERY_MS);
setInterval(tick, 1000);

try {
  // The chart measures its room when it is made.
  room.classList.add('has-chart');
  const module = await import(box.dataset.module);
  aged = module.aged;
  chart = await module.chart(box, { now, onChoose: (boat) => { choose(boat); row_of(boat)?.focus(); } });
  document.getElementById('chart-note').hidden = false;
  const ships = document.getElementById('show-ships');
  ships.hidden = false;
  ships.addEventListener('click', () => show_ships(!ships_shown));
  box.addEventListener('chart:lost', without_chart);
  await look();
  await look_ships();
} catch {
  without_chart();
}
