// A night looked at again: the slider gives the minute, the list and the chart follow it, and Play lets it run.
const night = document.getElementById('night');
const box = document.getElementById('chart');
const room = document.getElementById('chart-room');
const list = document.getElementById('boats');
const slider = document.getElementById('minute');
const clock = document.getElementById('clock');
const play = document.getElementById('play');
const since = Date.parse(night.dataset.since);
const says = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: night.dataset.iana, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const EVERY_MS = 400;
const STEP_MIN = 2;
let chart = null;
let asking = false;
let again = false;
let running = 0;

const moment = () => since + Number(slider.value) * 60000;
const iso = () => new Date(moment()).toISOString().slice(0, 19) + 'Z';

function say() {
  const words = `${says.format(moment())} ${night.dataset.zone}`;
  clock.textContent = words;
  slider.setAttribute('aria-valuetext', words);
}

// While one minute is on its way only the newest wish is kept.
async function look() {
  say();
  if (asking) { again = true; return; }
  asking = true;
  try {
    const at = iso();
    const [shown, picture] = await Promise.all([
      fetch(`/sea/night/picture?at=${at}`, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' }).then((one) => (one.ok ? one.text() : '')),
      chart ? fetch(`/sea/picture.json?at=${at}`, { credentials: 'same-origin' }).then((one) => one.json()) : null,
    ]);
    const unfolded = [...list.querySelectorAll('details[open]')].map((one) => one.id);
    if (shown) list.innerHTML = shown;
    for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '');
    if (picture) chart.show(picture);
  } catch { /* the minute shown before stays */ }
  asking = false;
  if (again) { again = false; look(); }
}

function run(on) {
  clearInterval(running);
  running = 0;
  play.setAttribute('aria-pressed', String(on));
  play.firstChild.textContent = `${on ? play.dataset.pause : play.dataset.play} `;
  if (!on) return;
  if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
  running = setInterval(() => {
    slider.value = Number(slider.value) + STEP_MIN;
    look();
    if (Number(slider.value) >= Number(slider.max)) run(false);
  }, EVERY_MS);
}

slider.addEventListener('input', look);
slider.addEventListener('keydown', (event) => {
  const by = { PageUp: 15, PageDown: -15 }[event.key];
  if (!by) return;
  event.preventDefault();
  slider.value = Number(slider.value) + by;
  look();
});
play.hidden = false;
document.getElementById('show-minute').hidden = true;
play.addEventListener('click', () => run(!running));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'p' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.('input:not([type=range]), textarea, select')) return;
  event.preventDefault();
  run(!running);
});
say();

try {
  room.classList.add('has-chart');
  const module = await import(box.dataset.module);
  chart = await module.chart(box, { now: moment, onChoose: (boat) => { chart.choose(boat); list.querySelector(`[data-boat="${CSS.escape(boat)}"] [data-row]`)?.focus(); } });
  list.addEventListener('focusin', (event) => { const boat = event.target.closest('[data-boat]'); if (boat) chart.choose(boat.dataset.boat); });
  await look();
} catch {
  chart = null;
  box.hidden = true;
  room.classList.remove('has-chart');
}
