// The chart of the Strait: our own coast, names, scheme and banks, and the boats of the list over them.
// Nothing is fetched from any other host and nothing here is text drawn by the graphics card: every name is an element
// in the page's own letters. Where the card, the library or a file is missing, `chart` says so by throwing, and the
// list and the table of positions go on without it.

const VIEW = [[0.35, 50.28], [2.75, 51.42]];
const BOUNDS = [[-0.35, 49.65], [3.25, 51.85]];
const SVG = 'http://www.w3.org/2000/svg';
// From which scale on names of a tier come in.
const TIERS = [0, 8.3, 9.4, 10.4];
const SHAPES = {
  distress: ['path', { d: 'M16 1 31 16 16 31 1 16Z' }],
  alert: ['path', { d: 'M16 2 31 29H1Z' }],
  uncertainty: ['circle', { cx: 16, cy: 16, r: 13 }],
  none: ['circle', { cx: 16, cy: 16, r: 13, 'stroke-dasharray': '3 4' }],
  closed: ['rect', { x: 4, y: 4, width: 24, height: 24 }],
  other: ['rect', { x: 4, y: 4, width: 24, height: 24, 'stroke-dasharray': '4 3' }],
};
function svg(name, attributes, ...inside) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A token's colour as the browser resolves it now, by day or by night.
function colours(box) {
  const probe = element('span', '');
  probe.hidden = true;
  box.append(probe);
  const read = (token) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const found = {};
  for (const token of ['chart-water', 'chart-shallow', 'chart-bank', 'chart-land', 'chart-coast', 'chart-route', 'chart-route-wash', 'chart-limit', 'chart-grid', 'life', 'due', 'confirmed', 'ink', 'ink-soft', 'accent']) found[token] = read(token);
  probe.remove();
  return found;
}

function graticule() {
  const lines = [];
  for (let at = -0.5; at <= 3.5; at += 0.5) lines.push([[at, 49.5], [at, 52]]);
  for (let at = 49.5; at <= 52; at += 0.5) lines.push([[-0.6, at], [3.5, at]]);
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}

function layers(c) {
  const tone = ['match', ['get', 'tone'], 'life', c.life, 'due', c.due, 'done', c.confirmed, c.ink];
  const wide = (narrow, broad) => ['interpolate', ['exponential', 2], ['zoom'], 7, narrow, 12, broad];
  const chosen = (yes, no) => ['case', ['boolean', ['feature-state', 'chosen'], false], yes, no];
  return [
    { id: 'water', type: 'background', paint: { 'background-color': c['chart-water'] } },
    { id: 'shore', type: 'line', source: 'coast', paint: { 'line-color': c['chart-shallow'], 'line-width': wide(4, 130), 'line-blur': wide(1, 30) } },
    { id: 'banks', type: 'fill', source: 'strait', filter: ['==', ['get', 'what'], 'bank'], paint: { 'fill-color': c['chart-bank'] } },
    { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': c['chart-grid'], 'line-width': 0.75 } },
    { id: 'separation', type: 'fill', source: 'strait', filter: ['==', ['get', 'what'], 'separation'], paint: { 'fill-color': c['chart-route-wash'] } },
    { id: 'separation-edge', type: 'line', source: 'strait', filter: ['==', ['get', 'what'], 'separation'], paint: { 'line-color': c['chart-route'], 'line-width': 0.75 } },
    { id: 'lanes', type: 'line', source: 'strait', filter: ['==', ['get', 'what'], 'lane_edge'], paint: { 'line-color': c['chart-route'], 'line-width': 1, 'line-dasharray': [6, 3] } },
    { id: 'limit', type: 'line', source: 'strait', filter: ['==', ['get', 'what'], 'limit'], paint: { 'line-color': c['chart-limit'], 'line-width': 1.25, 'line-dasharray': [8, 2, 1, 2] } },
    { id: 'areas', type: 'fill', source: 'areas', filter: ['==', ['get', 'what'], 'area'], paint: { 'fill-color': tone, 'fill-opacity': ['match', ['get', 'share'], 50, 0.16, 0.05] } },
    { id: 'area-95', type: 'line', source: 'areas', filter: ['all', ['==', ['get', 'what'], 'edge'], ['==', ['get', 'share'], 95]], paint: { 'line-color': tone, 'line-width': chosen(2, 1), 'line-dasharray': [3, 3], 'line-opacity': chosen(1, 0.55) } },
    { id: 'area-50', type: 'line', source: 'areas', filter: ['all', ['==', ['get', 'what'], 'edge'], ['==', ['get', 'share'], 50]], paint: { 'line-color': tone, 'line-width': chosen(2, 1), 'line-opacity': chosen(1, 0.7) } },
    { id: 'searched', type: 'fill', source: 'search', filter: ['in', ['get', 'what'], ['literal', ['done', 'given']]], paint: { 'fill-color': c['ink-soft'], 'fill-opacity': 0.1 } },
    { id: 'searched-edge', type: 'line', source: 'search', filter: ['in', ['get', 'what'], ['literal', ['done', 'given']]], paint: { 'line-color': c['ink-soft'], 'line-width': 1, 'line-dasharray': ['case', ['==', ['get', 'what'], 'given'], ['literal', [2, 2]], ['literal', [1, 0]]] } },
    { id: 'land', type: 'fill', source: 'coast', paint: { 'fill-color': c['chart-land'], 'fill-antialias': false } },
    { id: 'coast', type: 'line', source: 'coast', paint: { 'line-color': c['chart-coast'], 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.75, 12, 1.75] } },
    { id: 'search-plan', type: 'line', source: 'search', filter: ['==', ['get', 'what'], 'plan'], paint: { 'line-color': c.accent, 'line-width': 2.5 } },
    { id: 'search-legs', type: 'line', source: 'search', filter: ['==', ['get', 'what'], 'legs'], paint: { 'line-color': c.accent, 'line-width': 1.25 } },
    { id: 'links', type: 'line', source: 'links', paint: { 'line-color': c.ink, 'line-width': 1.5, 'line-dasharray': [2, 2] } },
  ];
}

const nothing = () => ({ type: 'FeatureCollection', features: [] });

async function fetched(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// An age as words and as minutes of a clock's face that is full after an hour.
export function aged(since, now) {
  const minutes = Math.max(0, Math.floor((now - since) / 60000));
  const words = minutes < 60 ? `${minutes} min`
    : minutes < 2880 ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`
      : `${Math.floor(minutes / 1440)} ${document.documentElement.lang === 'fr' ? 'j' : 'd'}`;
  return { words, face: Math.min(60, minutes) };
}

export async function chart(box, { onChoose = () => {}, now = () => Date.now(), near = [] } = {}) {
  const [library, coast, strait, names] = await Promise.all([
    import('../vendor/maplibre-gl.mjs'), fetched(box.dataset.coast), fetched(box.dataset.strait), fetched(box.dataset.names),
  ]);
  const language = document.documentElement.lang === 'fr' ? 'fr' : 'en';
  box.hidden = false;
  let map;
  try {
    map = new library.Map({
      container: box, bounds: VIEW, fitBoundsOptions: { padding: 8 }, maxBounds: BOUNDS, minZoom: 6.5, maxZoom: 14,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: false,
      fadeDuration: 0, locale: {
        'Map.Title': box.dataset.label, 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut,
        'ScaleControl.NauticalMiles': box.dataset.miles, 'CooperativeGesturesHandler.MobileHelpText': box.dataset.fingers,
        'CooperativeGesturesHandler.WindowsHelpText': box.dataset.wheel, 'CooperativeGesturesHandler.MacHelpText': box.dataset.wheel,
      },
      cooperativeGestures: window.matchMedia('(max-width: 767.98px)').matches,
      style: { version: 8, sources: {
        coast: { type: 'geojson', data: coast, tolerance: 0.1 }, strait: { type: 'geojson', data: strait },
        grid: { type: 'geojson', data: graticule() }, areas: { type: 'geojson', data: nothing(), promoteId: 'key' },
        links: { type: 'geojson', data: nothing() }, search: { type: 'geojson', data: nothing() },
      }, layers: layers(colours(box)) },
    });
  } catch (error) {
    box.hidden = true;
    throw error;
  }
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  map.keyboard.disableRotation();
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-left');
  map.addControl(new library.ScaleControl({ unit: 'nautical', maxWidth: 120 }), 'bottom-left');
  await new Promise((done, failed) => {
    map.once('load', done);
    map.on('error', (event) => failed(event.error));
    map.getCanvas().addEventListener('webglcontextlost', () => { box.hidden = true; box.dispatchEvent(new CustomEvent('chart:lost')); });
  });

  // -- what stands over the water: names, then boats, each an element at its place -------------------------------------
  const over = element('div', 'chart__over');
  over.setAttribute('aria-hidden', 'true');
  map.getCanvasContainer().append(over);
  const labels = [];
  for (const one of names.features) {
    const made = element('span', `chart__name chart__name--${one.properties.kind} chart__name--${one.properties.shore}${one.properties.tier === 0 ? ' chart__name--major' : ''}`);
    made.append(element('span', 'chart__word', one.properties.name));
    labels.push({ at: one.geometry.coordinates, tier: one.properties.tier, made, side: one.properties.kind === 'bank' || one.properties.shore === 'sea' ? 'middle' : one.properties.shore === 'UK' ? 'left' : 'right' });
  }
  for (const one of strait.features) {
    const { what, turn, bearing, tier, kind } = one.properties;
    if (what === 'arrow') {
      const made = element('span', 'chart__arrow');
      const drawn = svg('svg', { viewBox: '0 0 24 48', width: 18, height: 36 }, svg('path', { d: 'M9 46V18H3L12 2 21 18H15V46Z' }));
      drawn.style.rotate = `${bearing}deg`;
      made.append(drawn);
      labels.push({ at: one.geometry.coordinates, tier: 0, made, side: 'middle', always: true });
    } else if (what === 'label') {
      const made = element('span', `chart__name chart__name--${kind}`);
      const word = element('span', 'chart__word', one.properties[language]);
      word.style.rotate = `${turn}deg`;
      made.append(word);
      labels.push({ at: one.geometry.coordinates, tier, made, side: 'middle' });
    }
  }
  for (const one of labels) over.append(one.made);
  const edges = element('div', 'chart__edges');
  const leaders = svg('svg', { class: 'chart__leaders' });
  over.append(edges, leaders);

  let boats = [];
  let ships = [];
  let areas = [];
  let chosen = '';

  // Faint, and never in the way: its name and age stand where there is room, all else comes with the pointer.
  function shipMark(one) {
    const shown = one.properties;
    const made = element('span', `chart-ship${shown.is_rescue ? ' chart-ship--rescue' : ''}`);
    made.dataset.mmsi = shown.mmsi;
    const hull = shown.course === null ? svg('circle', { cx: 8, cy: 8, r: 4 }) : svg('path', { d: 'M8 1 12 15 8 12 4 15Z' });
    const drawn = svg('svg', { viewBox: '0 0 16 16', width: 16, height: 16 }, hull);
    if (shown.course !== null) drawn.style.rotate = `${shown.course}deg`;
    const label = element('span', 'chart-ship__label');
    const age = element('span', 'chart-ship__age', '');
    age.dataset.since = shown.since;
    const number = shown.name === shown.mmsi ? '' : shown.mmsi;
    label.append(element('bdi', 'chart-ship__name', shown.name), ' ', age, element('span', 'chart-ship__more', ` ${[number, shown.words, shown.moves].filter(Boolean).join(' · ')}`));
    made.append(drawn, label);
    return { at: one.geometry.coordinates, made, label, is_rescue: shown.is_rescue };
  }

  function boatMark(one) {
    const shown = one.properties;
    const made = element('span', `chart-boat chart-boat--${shown.tone}${shown.is_asked === 'linked' ? ' chart-boat--linked' : ''}${shown.is_older || shown.is_beside ? ' chart-boat--older' : ''}`);
    made.dataset.boat = shown.id;
    const [name, attributes] = SHAPES[shown.mark] ?? SHAPES.other;
    const rank = svg('text', { x: 16, y: shown.mark === 'alert' ? 25 : 21, 'text-anchor': 'middle' });
    rank.textContent = shown.rank || '–';
    const label = element('span', 'chart-boat__label');
    const head = element('span', 'chart-boat__head');
    head.append(element('bdi', 'chart-boat__name', shown.name), element('span', 'chart-boat__count', shown.count));
    const below = element('span', 'chart-boat__below');
    const face = svg('svg', { class: 'age__face', viewBox: '0 0 20 20', width: 14, height: 14 }, svg('circle', { cx: 10, cy: 10, r: 8.5 }), svg('circle', { class: 'age__pie', cx: 10, cy: 10, r: 4.25, pathLength: 60, 'stroke-dasharray': '0 60' }));
    const age = element('span', 'age');
    if (shown.since) age.dataset.since = shown.since;
    age.append(face, element('span', 'age__words', '—'));
    below.append(element('span', 'chart-boat__phase', shown.state === 'open' ? shown.phase_words : shown.state_words), age);
    label.append(head, below);
    made.append(svg('svg', { class: `mark mark--${shown.tone}`, viewBox: '0 0 32 32', width: 28, height: 28 }, svg(name, attributes), rank), label);
    made.addEventListener('click', () => onChoose(shown.id));
    return { at: one.geometry.coordinates, id: shown.id, rank: shown.rank || 999, is_open: shown.state === 'open' && !shown.is_older, made, label };
  }

  // Beside the mark first; a boat that needs help now finds room for its words farther off as well.
  function places(boat, width, height) {
    const { x, y } = boat;
    const found = [[x + 18, y - height / 2], [x - 18 - width, y - height / 2], [x - width / 2, y + 17], [x - width / 2, y - 17 - height]];
    if (!boat.is_open || (boat.rank > 8 && boat.id !== chosen)) return found;
    for (const far of [30, 55, 80, 110]) {
      for (let turn = 0; turn < 12; turn += 1) {
        const cos = Math.cos(turn * Math.PI / 6), sin = Math.sin(turn * Math.PI / 6);
        found.push([x + far * cos + (cos > 0.3 ? 0 : cos < -0.3 ? -width : -width / 2), y + far * sin - height / 2 + (Math.abs(cos) <= 0.3 ? Math.sign(sin) * height / 2 : 0)]);
      }
    }
    return found;
  }

  // Names give way to boats, lesser names to greater; a boat's mark always stands, its words where there is room.
  function arrange() {
    const zoom = map.getZoom();
    const taken = [];
    const leads = [];
    const room = map.getContainer();
    const free = (at) => taken.every((one) => at[0] >= one[2] || at[2] <= one[0] || at[1] >= one[3] || at[3] <= one[1]);
    for (const boat of boats) {
      const { x, y } = map.project(boat.at);
      boat.x = x; boat.y = y;
      boat.made.style.transform = `translate(${x}px, ${y}px)`;
      taken.push([x - 15, y - 15, x + 15, y + 15]);
    }
    const order = [...boats].sort((a, b) => (b.id === chosen) - (a.id === chosen) || b.is_open - a.is_open || a.rank - b.rank);
    for (const boat of order) {
      boat.size ??= [boat.label.offsetWidth, boat.label.offsetHeight];
      const [width, height] = boat.size;
      const spot = places(boat, width, height).find(([left, top]) => left > 2 && left + width < room.clientWidth - 2 && top > 2 && top + height < room.clientHeight - 2 && free([left, top, left + width, top + height]));
      boat.made.dataset.side = spot || boat.id === chosen ? 'shown' : 'none';
      const [left, top] = spot ?? [boat.x + 18, boat.y - height / 2];
      boat.label.style.transform = `translate(${left - boat.x}px, ${top - boat.y}px)`;
      if (!spot) continue;
      taken.push([left, top, left + width, top + height]);
      // Where its words stand apart from a mark, a thin line leads to them.
      const edge = [Math.max(left, Math.min(boat.x, left + width)), Math.max(top, Math.min(boat.y, top + height))];
      if (Math.hypot(edge[0] - boat.x, edge[1] - boat.y) > 22) leads.push(svg('line', { x1: boat.x, y1: boat.y, x2: edge[0], y2: edge[1] }));
    }
    leaders.replaceChildren(...leads);
    for (const one of labels) {
      if (one.always) {
        const { x, y } = map.project(one.at);
        one.made.style.transform = `translate(${x}px, ${y}px)`;
        continue;
      }
      if (zoom < TIERS[one.tier]) { one.made.hidden = true; continue; }
      const { x, y } = map.project(one.at);
      one.made.hidden = false;
      one.size ??= [one.made.firstChild.offsetWidth, one.made.firstChild.offsetHeight];
      const [width, height] = one.size;
      const left = one.side === 'left' ? x - width - 7 : one.side === 'right' ? x + 7 : x - width / 2;
      const spot = [left - 2, y - height / 2, left + width + 2, y + height / 2];
      one.made.hidden = spot[0] < 0 || spot[2] > room.clientWidth || !free(spot);
      if (one.made.hidden) continue;
      taken.push(spot);
      one.made.style.transform = `translate(${x}px, ${y}px)`;
      one.made.firstChild.style.transform = `translate(${left - x}px, -50%)`;
    }
    for (const ship of ships) {
      const { x, y } = map.project(ship.at);
      ship.made.style.transform = `translate(${x}px, ${y}px)`;
      const is_left = x > room.clientWidth / 2;
      ship.made.classList.toggle('is-left', is_left);
      ship.size ??= [ship.label.offsetWidth, ship.label.offsetHeight];
      const [width, height] = ship.size;
      const left = is_left ? x - 12 - width : x + 12;
      const spot = [left, y - height / 2, left + width, y + height / 2];
      const stands = left > 2 && left + width < room.clientWidth - 2 && free(spot);
      ship.made.classList.toggle('is-named', stands);
      if (stands) taken.push(spot);
    }
    label_edges(zoom);
  }
  labels.sort((a, b) => a.tier - b.tier);

  function label_edges(zoom) {
    const step = zoom > 10 ? 1 / 6 : 0.5;
    const bounds = map.getBounds();
    const found = [];
    const say = (at, signs) => {
      const minutes = Math.round(Math.abs(at) * 60);
      return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, '0')}′${at < 0 ? signs[1] : signs[0]}`;
    };
    for (let at = Math.ceil(bounds.getSouth() / step) * step; at < bounds.getNorth(); at += step) {
      found.push(['y', map.project([bounds.getWest(), at]).y, say(at, 'NS')]);
    }
    for (let at = Math.ceil(bounds.getWest() / step) * step; at < bounds.getEast(); at += step) {
      found.push(['x', map.project([at, bounds.getNorth()]).x, say(at, language === 'fr' ? 'EO' : 'EW')]);
    }
    const frame = map.getContainer();
    edges.replaceChildren(...found.filter(([axis, at]) => at > 90 && at < (axis === 'x' ? frame.clientWidth - 60 : frame.clientHeight - 60)).map(([axis, at, words]) => {
      const made = element('span', `chart__edge chart__edge--${axis}`, words);
      made.style.transform = axis === 'x' ? `translateX(${at}px)` : `translateY(${at}px)`;
      return made;
    }));
  }
  map.on('move', arrange);
  map.on('resize', arrange);
  const watching = new ResizeObserver(() => map.resize());
  watching.observe(box);

  function mark_chosen() {
    for (const boat of boats) boat.made.classList.toggle('is-chosen', boat.id === chosen);
    map.removeFeatureState({ source: 'areas' });
    map.setFilter('links', ['any', ['==', ['get', 'verdict'], 'probably_same'], ['==', ['get', 'one'], chosen], ['==', ['get', 'other'], chosen]]);
    for (const share of [50, 95]) map.setFeatureState({ source: 'areas', id: `${chosen}/${share}/edge` }, { chosen: true });
  }

  // Day and night may change while the page lies open.
  function recolour() {
    for (const layer of layers(colours(box))) {
      for (const [name, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, name, value);
    }
  }
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  box.dataset.ready = 'yes';

  return {
    map,
    show(picture) {
      for (const boat of boats) boat.made.remove();
      boats = picture.features.filter((one) => one.properties.what === 'boat').map(boatMark);
      for (const boat of [...boats].reverse()) over.append(boat.made);
      map.getSource('links').setData({ type: 'FeatureCollection', features: picture.features.filter((one) => one.properties.what === 'link') });
      this.tick();
      mark_chosen();
      arrange();
      box.dataset.boats = boats.length;
    },
    ships(found) {
      for (const ship of ships) ship.made.remove();
      ships = found.features.map(shipMark);
      // Under the boats, over the names.
      const first = over.querySelector('.chart-boat');
      for (const ship of ships) over.insertBefore(ship.made, first);
      this.tick();
      arrange();
      box.dataset.shipsShown = ships.length;
    },
    hasArea: (boat) => areas.some((one) => one.properties.boat === boat),
    moreAreas(found) { this.areas({ ...found, features: [...areas, ...found.features] }); },
    areas(found) {
      for (const one of found.features) one.properties.key = `${one.properties.boat}/${one.properties.share}/${one.properties.what}`;
      map.getSource('areas').setData(found);
      areas = found.features;
      mark_chosen();
      box.dataset.areasShown = found.features.length;
    },
    // What is to be searched and what was; begins: where the first leg does, with the page's own word for it.
    search(found, begins, word) {
      map.getSource('search').setData(found);
      if (begins) {
        const made = element('span', 'chart-start');
        made.append(element('span', 'chart-start__dot'), element('span', 'chart-start__word', word));
        over.append(made);
        labels.push({ at: begins, tier: 0, made, side: 'middle', always: true });
        arrange();
      }
      box.dataset.searchShown = found.features.length;
    },
    tick() {
      for (const age of over.querySelectorAll('.chart-ship__age')) age.textContent = aged(Date.parse(age.dataset.since), now()).words;
      for (const age of over.querySelectorAll('.chart-boat [data-since]')) {
        const { words, face } = aged(Date.parse(age.dataset.since), now());
        age.querySelector('.age__words').textContent = words;
        age.querySelector('.age__pie').setAttribute('stroke-dasharray', `${face} 60`);
      }
    },
    choose(id) {
      if (chosen === id) return;
      chosen = id;
      mark_chosen();
      const boat = boats.find((one) => one.id === id);
      if (boat && !map.getBounds().contains(boat.at)) map.easeTo({ center: boat.at, duration: still ? 0 : 300 });
      else arrange();
    },
    all() {
      if (!boats.length) return map.fitBounds(VIEW, { duration: 0, padding: 8 });
      const span = new library.LngLatBounds();
      for (const boat of boats) span.extend(boat.at);
      for (const one of near) span.extend(one);
      return map.fitBounds(span, { padding: 90, maxZoom: 11, duration: still ? 0 : 300 });
    },
    focus() { map.getCanvas().focus(); },
    remove() { watching.disconnect(); map.remove(); box.hidden = true; },
  };
}
