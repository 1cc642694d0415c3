// Writing: suggestions while one types, buttons without a reload, a draft that survives whatever happens, and the keys.
// All of it is comfort: without this file every button posts the form, and the page that comes back says the same.
const KEEP_MS = 12 * 3600 * 1000;
const WAIT_MS = 400;

const box = document.getElementById('writing');
const preview = document.getElementById('preview');
const owner = (box ?? preview)?.dataset.owner ?? document.querySelector('[data-written-by]')?.dataset.writtenBy ?? '';
const drawer = `entente draft ${owner}`;
const form = () => document.getElementById('write-form');

// -- the draft in the browser, an officer's own, for half a day -------------------------------------------------------

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(drawer) ?? 'null');
    return found && Date.now() - found.at < KEEP_MS ? found : null;
  } catch { return null; }
}
function forget() {
  try { localStorage.removeItem(drawer); sessionStorage.removeItem('entente sending'); } catch { /* no store, nothing kept */ }
}
function fields() {
  return [...new FormData(form())].filter(([name, value]) => typeof value === 'string' && name !== 'csrf' && name !== 'do');
}
let dropped = false;
function keep() {
  if (!box || !form() || dropped) return;
  const all = fields();
  if (!all.some(([name, value]) => /-(text|written|name)$/.test(name) && value.trim())) return;
  try { localStorage.setItem(drawer, JSON.stringify({ at: Date.now(), record: box.dataset.record, fields: all })); } catch { /* full, or forbidden */ }
}

// -- asking the server, and putting its answer in without losing what was typed meanwhile -----------------------------

async function ask(path, data) {
  const answer = await fetch(path, { method: 'POST', body: data, headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
  if (answer.redirected || ![200, 422, 403, 409].includes(answer.status)) throw new Error(`${answer.status}`);
  return answer.text();
}
function posted(submitter) {
  const data = new FormData(form());
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const plain = new URLSearchParams();
  for (const [name, value] of data) plain.append(name, value);
  return plain;
}
const typing = 'textarea, input:not([type=hidden], [type=radio], [type=checkbox])';

async function look(submitter) {
  const before = new Map([...form().querySelectorAll(typing)].map((one) => [one.name, one.value]));
  let html;
  try { html = await ask('/write', posted(submitter)); } catch { if (submitter) { keep(); submitter.form.requestSubmit(submitter); } return; }
  const late = [...form().querySelectorAll(typing)].filter((one) => before.get(one.name) !== one.value).map((one) => [one.name, one.value]);
  const active = document.activeElement;
  const [id, start, end] = [active?.id, active?.selectionStart, active?.selectionEnd];
  const shut = new Set([...form().querySelectorAll('details')].map((one, place) => (one.open ? place : -1)));
  box.innerHTML = html;
  for (const [name, value] of late) { const one = form().elements.namedItem(name); if (one && 'value' in one) one.value = value; }
  if (!submitter) form().querySelectorAll('details').forEach((one, place) => { if (shut.has(place)) one.open = true; });
  const deed = submitter?.value ?? '';
  const again = (id ? document.getElementById(id) : null) ?? landing(deed);
  again?.focus({ preventScroll: !deed.startsWith('statement') });
  if (again && again.id === id && typeof start === 'number') { try { again.setSelectionRange(start, end); } catch { /* no text */ } }
  wire();
  keep();
}
// Where the hand goes on after a button: into what it added, or the next suggestion.
function landing(deed) {
  const [what, at] = deed.split(':');
  const last = (within, which) => [...(within?.querySelectorAll(which) ?? [])].at(-1);
  const statement = document.getElementById(`statement-${Number(at) + 1}`);
  if (what === 'statement') return last(form(), 'textarea[data-statement]');
  if (what === 'person') return last(statement, 'input[name$="-name"]');
  if (what === 'thing' || what === 'identifier') return last(statement, 'input[name$="-written"]');
  if (['take', 'leave', 'again'].includes(what)) {
    return statement?.querySelector('li[data-state=open] button') ?? statement?.querySelector('textarea');
  }
  return null;
}

// -- what is read in the text ----------------------------------------------------------------------------------------

let asked = 0;
async function read(area) {
  const number = area.dataset.statement;
  const turn = ++asked;
  const data = posted();
  data.set('statement', number);
  let html;
  try { html = await ask('/write/suggestions', data); } catch { return; }
  const list = document.getElementById(`suggestions-${number}`);
  if (turn === asked && list && !list.contains(document.activeElement)) list.innerHTML = html;
}

let waiting, keeping;
function wire() {
  const errors = document.getElementById('errors');
  if (errors && !errors.dataset.told) { errors.dataset.told = '1'; errors.focus(); }
}
if (box) {
  box.addEventListener('input', (event) => {
    clearTimeout(keeping);
    keeping = setTimeout(keep, 300);
    const area = event.target.closest?.('textarea[data-statement]');
    if (!area) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => read(area), WAIT_MS);
  });
  box.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-look]')) look();
  });
  box.addEventListener('submit', (event) => {
    const button = event.submitter;
    keep();
    if (button?.name !== 'do') return;
    event.preventDefault();
    look(button);
  });
  box.addEventListener('click', (event) => {
    if (event.target.id === 'draft-drop') { dropped = true; forget(); location.assign('/write'); }
  });
  addEventListener('pagehide', keep);
  take();
}
// A draft that was kept comes back into an empty form by itself; into a correction only if it was of the same record.
async function take() {
  const found = kept();
  try { sessionStorage.removeItem('entente sending'); } catch { /* no store */ }
  wire();
  if (!found || found.record !== box.dataset.record || (!box.hasAttribute('data-new') && !box.dataset.record) || document.getElementById('errors')) return;
  const data = new URLSearchParams(found.fields);
  data.set('csrf', form().elements.csrf.value);
  data.set('do', 'look');
  try { box.innerHTML = await ask('/write', data); } catch { return; }
  document.getElementById('draft-kept').hidden = false;
  box.querySelector('textarea')?.focus();
}

// -- the keys --------------------------------------------------------------------------------------------------------

addEventListener('keydown', (event) => {
  if (event.ctrlKey && event.key === 'Enter') {
    const button = document.getElementById(preview ? 'send' : 'go');
    if (button) { event.preventDefault(); button.form.requestSubmit(button); }
  } else if (event.altKey && !event.ctrlKey && ['KeyA', 'KeyX'].includes(event.code) && box) {
    const near = document.activeElement?.closest?.('.write__statement') ?? box;
    const open = near.querySelector('li[data-state=open]');
    const button = open?.querySelector(event.code === 'KeyA' ? 'button[value^="take:"]' : 'button[value^="leave:"]');
    if (button) { event.preventDefault(); look(button); }
  } else if (event.key === 'Escape' && preview && !event.defaultPrevented) {
    document.getElementById('back').form.requestSubmit();
  }
});

// The draft goes when what it became is seen to be recorded, and not a moment before.
if (preview) {
  let sent = false;
  document.getElementById('send-form').addEventListener('submit', (event) => {
    // A second press while the first is under way would be a second record.
    if (sent) { event.preventDefault(); return; }
    sent = true;
    try { sessionStorage.setItem('entente sending', owner); } catch { /* no store */ }
  });
  addEventListener('pageshow', () => { sent = false; });
}
if (!box && !preview) {
  document.querySelector('.list-detail__list .line[aria-current]')?.scrollIntoView({ block: 'nearest' });
  try { if (owner && sessionStorage.getItem('entente sending') === owner) forget(); } catch { /* no store */ }
}
