// One boat's page: its clock grows, its chart shows where it may be, and both follow what is said on either shore.
const page = document.getElementById('boat-page');
const box = document.getElementById('chart');
const ahead = Date.parse(page.dataset.now) - Date.now();
const now = () => Date.now() + ahead;
let chart = null;
let aged = null;

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function look(first) {
  if (!chart) return;
  const picture = await fetched(box.dataset.picture);
  chart.show(picture);
  const areas = await fetched(box.dataset.areas);
  chart.areas(areas);
  chart.choose(box.dataset.boat);
  if (first) {
    near.push(...areas.features.flatMap((one) => one.geometry.coordinates.flat(2)));
    chart.all();
  }
}
const near = [];

function tick() {
  if (!aged) return;
  for (const age of page.querySelectorAll('[data-since]')) {
    const { words, face } = aged(Date.parse(age.dataset.since), now());
    const said = age.querySelector('.age__words');
    if (said.textContent !== words) said.textContent = words;
    age.querySelector('.age__pie').setAttribute('stroke-dasharray', `${face} 60`);
  }
  chart?.tick();
}
document.addEventListener('entente:new', () => look(false).catch(() => {}));
setInterval(tick, 1000);

try {
  const module = await import(box.dataset.module);
  aged = module.aged;
  chart = await module.chart(box, { now, near, onChoose: (boat) => { if (boat !== box.dataset.boat) location.assign(`/sea/boats/${boat}`); } });
  await look(true);
} catch {
  box.hidden = true;
  document.getElementById('no-chart').hidden = false;
  document.getElementById('chart-room').classList.add('is-empty');
}
