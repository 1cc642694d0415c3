// The plots of a night's report, in grey first and one colour for what matters; every figure stands in a table as well.
const plots = document.getElementById('plots');
const language = document.documentElement.lang;
const zone = plots.dataset.zone;
const { Plot, d3 } = window;
const AREA_HEIGHT = 280;
const hour = new Intl.DateTimeFormat(language, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

// The plot's own style sheet would be one inline; its rules stand in sea.css, and the element goes before it is shown.
function place(name, options) {
  const box = plots.querySelector(`[data-plot=${name}]`);
  const width = Math.max(300, Math.min(860, box.clientWidth || 640));
  const drawn = Plot.plot({ width, marginLeft: 48, className: 'plotted', ariaLabel: box.dataset.label, ...options(box, width) });
  for (const one of [drawn, ...drawn.querySelectorAll('svg')]) for (const style of one.querySelectorAll(':scope > style')) style.remove();
  // One picture with one name to whoever hears it; its figures are in the table below.
  drawn.setAttribute('role', 'img');
  for (const one of drawn.querySelectorAll('[aria-label], [aria-description], [aria-hidden]')) {
    if (one.hasAttribute('aria-label')) one.dataset.what = one.getAttribute('aria-label');
    for (const name of ['aria-label', 'aria-description', 'aria-hidden']) one.removeAttribute(name);
  }
  box.replaceChildren(drawn);
}
const night = [new Date(plots.dataset.since), new Date(plots.dataset.until)];
const times = (width) => ({ label: null, domain: night, clamp: true, tickFormat: (at) => hour.format(at), ticks: width < 500 ? 4 : 8 });

function draw(figures, areas) {
  const course = figures.course.map((one) => ({ ...one, at: new Date(one.at) }));
  const last = course.at(-1);
  place('course', (box, width) => ({
    height: 280, marginRight: 130, x: times(width), y: { label: null, grid: true },
    marks: [
      Plot.areaY(course.filter((one) => one.most !== null), { x: 'at', y1: 'least', y2: 'most', className: 'plot-band', curve: 'step' }),
      Plot.lineY(course, { x: 'at', y: 'least', className: 'plot-people', curve: 'step' }),
      Plot.lineY(course, { x: 'at', y: 'boats', className: 'plot-boats', curve: 'step' }),
      Plot.ruleY([0], { className: 'plot-zero' }),
      Plot.text([{ at: last.at, y: last.least, words: `${last.least} ${box.dataset.least}` }], { x: 'at', y: 'y', text: 'words', textAnchor: 'start', dx: 6, dy: -7 }),
      Plot.text([{ at: last.at, y: last.boats, words: `${last.boats} ${box.dataset.boats}` }], { x: 'at', y: 'y', text: 'words', textAnchor: 'start', dx: 6, dy: last.least - last.boats < 8 ? 9 : 0, className: 'plot-boats-word' }),
    ],
  }));
  place('means', () => ({
    height: 40 + 30 * Math.max(1, figures.by_means.length), marginLeft: 110, marginRight: 60, x: { axis: null }, y: { label: null, domain: figures.by_means.map((one) => one.words) },
    marks: [
      Plot.barX(figures.by_means, { x1: 0, x2: (one) => one.reports - one.echoes, y: 'words', className: 'plot-bar', inset: 3 }),
      Plot.barX(figures.by_means.filter((one) => one.echoes), { x1: (one) => one.reports - one.echoes, x2: 'reports', y: 'words', className: 'plot-echo', inset: 3 }),
      Plot.text(figures.by_means, { x: 'reports', y: 'words', text: (one) => String(one.reports), textAnchor: 'start', dx: 6 }),
    ],
  }));
  const waited = figures.waited.map((one) => ({ ...one, first_at: new Date(one.first_at), until: one.helped_at ? new Date(one.helped_at) : last.at }));
  place('waited', (box, width) => ({
    height: 50 + 22 * Math.max(1, waited.length), marginLeft: 110, marginRight: 110, x: { ...times(width), axis: 'top' }, y: { label: null, domain: waited.map((one) => one.boat) },
    marks: [
      Plot.ruleY(waited.filter((one) => one.minutes !== null), { x1: 'first_at', x2: 'until', y: 'boat', className: 'plot-wait' }),
      Plot.ruleY(waited.filter((one) => one.minutes === null), { x1: 'first_at', x2: 'until', y: 'boat', className: 'plot-wait-open' }),
      Plot.dot(waited, { x: 'first_at', y: 'boat', r: 3, className: 'plot-first' }),
      Plot.text(waited, { x: 'until', y: 'boat', text: (one) => (one.minutes === null ? box.dataset.open : `${one.minutes} min`), textAnchor: 'start', dx: 6 }),
    ],
  }));
  // Words beside the end of each line, pushed apart where lines end close together.
  const most = Math.max(1, ...areas.map((one) => one.km2));
  const down = (km2) => AREA_HEIGHT - 30 - (AREA_HEIGHT - 50) * Math.sqrt(km2 / most);
  const ends = d3.groups(areas, (one) => one.boat).map(([, all]) => all.at(-1)).sort((a, b) => b.km2 - a.km2).slice(0, 6);
  let free = 0;
  for (const one of ends) {
    one.dy = Math.max(0, free - down(one.km2));
    free = down(one.km2) + one.dy + 15;
  }
  place('areas', (box, width) => ({
    height: AREA_HEIGHT, marginTop: 20, marginBottom: 30, marginRight: 110, x: times(width), y: { label: box.dataset.unit, grid: true, type: 'sqrt', domain: [0, most], ticks: 5 },
    marks: [
      Plot.lineY(areas, { x: 'at', y: 'km2', z: 'boat', className: 'plot-area' }),
      Plot.dot(areas, { x: 'at', y: 'km2', r: 2, className: 'plot-area-dot' }),
      ...ends.map((one) => Plot.text([one], { x: 'at', y: 'km2', text: 'boat', textAnchor: 'start', dx: 6, dy: one.dy })),
    ],
  }));
}

try {
  const figures = JSON.parse(plots.dataset.figures);
  const answer = await fetch(plots.dataset.areas, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  const areas = (await answer.json()).areas.map((one) => ({ ...one, at: new Date(one.at) }));
  draw(figures, areas);
  plots.dataset.ready = 'yes';
  let across = plots.clientWidth;
  new ResizeObserver(() => {
    if (plots.clientWidth === across) return;
    across = plots.clientWidth;
    draw(figures, areas);
  }).observe(plots);
} catch {
  document.getElementById('no-plots').hidden = false;
  for (const one of plots.querySelectorAll('details')) one.open = true;
}
