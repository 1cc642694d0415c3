// The chart of a search plan: area, sector, legs, what was searched. It only draws what the page already holds in words;
// where it cannot, the page says so and the tables go on without it.
const box = document.getElementById('chart');

async function draw() {
  const plan = JSON.parse(box.dataset.plan);
  const module = await import(box.dataset.module);
  const ahead = Date.parse(box.dataset.now) - Date.now();
  const near = plan.areas.features.filter((one) => one.properties.what === 'edge').flatMap((one) => one.geometry.coordinates.flat(2));
  near.push(...plan.search.features.filter((one) => one.properties.what === 'plan').flatMap((one) => one.geometry.coordinates.flat()));
  const chart = await module.chart(box, { near, now: () => Date.now() + ahead });
  const answer = await fetch(box.dataset.picture, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  if (answer.ok) {
    const picture = await answer.json();
    // Others that it may be belong to the boat's own page: here they would cover the legs.
    chart.show({ ...picture, features: picture.features.filter((one) => one.properties.id === box.dataset.boat) });
  }
  chart.areas(plan.areas);
  chart.search(plan.search, plan.begins, box.dataset.start);
  chart.choose(box.dataset.boat);
  chart.all();
}

if (box) {
  try {
    await draw();
  } catch {
    box.hidden = true;
    document.getElementById('no-chart').hidden = false;
    document.getElementById('chart-room').classList.add('is-empty');
  }
}

// An hour that is being typed is the one that is meant.
document.getElementById('p-hour')?.addEventListener('input', ({ target }) => {
  document.getElementById(target.value ? 'w-hour' : 'w-0').checked = true;
});

const copy = document.getElementById('copy');
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById('plan-text').textContent);
    copy.textContent = copy.dataset.done;
  });
}
document.getElementById('errors')?.focus();
