// What was tapped on a beach, kept in the browser until the node has it. Used by the page and by its worker.
// A report bears an id of its own from the first, and the node records an id once: sending again does no harm.
// Sent in its own officer's session and in no other; a distress goes first. What is recorded is emptied here at once.

const DATABASE = 'entente-beach';
const KEPT_RECORDED_MS = 12 * 3600 * 1000;
const LONGEST_PAUSE_MS = 60_000;
const ANSWER_WITHIN_MS = 20_000;

export function tellOthers() {
  if (!('BroadcastChannel' in self)) return;
  const channel = new BroadcastChannel(DATABASE);
  channel.postMessage('changed');
  channel.close();
}

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('reports', { keyPath: 'id' });
      asked.result.createObjectStore('notes');
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// Settled when it is on the disk, not when it was asked for.
async function inside(store, mode, does) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const kept = database.transaction(store, mode, { durability: 'strict' });
      const asked = does(kept.objectStore(store));
      kept.oncomplete = () => resolve(asked?.result);
      kept.onerror = kept.onabort = () => reject(kept.error);
    });
  } finally {
    database.close();
  }
}

export const put = (report) => inside('reports', 'readwrite', (store) => store.put(report));
export const drop = (id) => inside('reports', 'readwrite', (store) => store.delete(id));
export const get = (id) => inside('reports', 'readonly', (store) => store.get(id));
export const note = (name, value) => inside('notes', 'readwrite', (store) => store.put(value, name));
export const noted = (name) => inside('notes', 'readonly', (store) => store.get(name));

export async function all() {
  const found = (await inside('reports', 'readonly', (store) => store.getAll())) ?? [];
  const now = Date.now();
  const old = found.filter((one) => one.state === 'recorded' && now - one.recorded_at > KEPT_RECORDED_MS);
  for (const one of old) await drop(one.id);
  return found.filter((one) => !old.includes(one)).sort((one, other) => other.made_at - one.made_at);
}

export const isDue = (one) => one.state === 'waiting' || one.state === 'sending';

// Danger first, then in the order in which it was seen.
export const inOrder = (reports) =>
  reports.filter(isDue).sort(
    (one, other) => (other.what === 'distress') - (one.what === 'distress') || one.made_at - other.made_at,
  );

async function asked(path, options = {}) {
  return fetch(path, {
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    ...options,
    headers: { Accept: 'application/json', ...(options.headers ?? {}) },
  });
}

async function who() {
  const answer = await asked('/beach/secret');
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`secret ${answer.status}`);
  const told = await answer.json();
  await note('officer', told.officer);
  await note('ahead_ms', Date.parse(told.now) - Date.now());
  return told;
}

function body(report) {
  const said = {
    id: report.id,
    officer: report.officer,
    what: report.what,
    age_s: (Date.now() - report.made_at) / 1000,
    language: report.language,
    place: report.place ?? '',
    words: report.words ?? '',
    handling: report.handling ?? 'H0',
    tell: report.tell === true,
    rescue: report.rescue === true,
  };
  if (report.count) Object.assign(said, { at_least: report.count.at_least, at_most: report.count.at_most });
  if (report.position) {
    const { latitude, longitude, accuracy_m } = report.position;
    Object.assign(said, { latitude, longitude, accuracy_m });
  }
  return new URLSearchParams({
    report: JSON.stringify(said),
    id: report.id,
    officer: report.officer,
    kind: report.what === 'distress' ? 'distress' : 'sighting',
  });
}

// Returns {left, trouble}: how many of this officer's reports still wait, and what keeps them ('network', 'signed_out',
// 'no_shift' or ''). Only 'network' is worth trying again by itself; the others wait for a person.
async function deliverOnce() {
  let due = inOrder(await all());
  if (!due.length) return { left: 0, trouble: '' };
  let told;
  try {
    told = await who();
  } catch {
    return { left: due.length, trouble: 'network' };
  }
  if (told === null) return { left: due.length, trouble: 'signed_out' };
  due = due.filter((one) => one.officer === told.officer);
  let left = due.length;
  let trouble = '';
  for (const { id } of due) {
    // As it stands now: it may have been deleted since.
    const report = await get(id);
    if (!report || !isDue(report)) {
      left -= 1;
      continue;
    }
    await put({ ...report, state: 'sending' });
    tellOthers();
    let answer;
    let said = null;
    try {
      answer = await asked('/beach/send', { method: 'POST', body: body(report), headers: { 'X-CSRF': told.csrf } });
      if ((answer.headers.get('content-type') ?? '').includes('json')) said = await answer.json();
    } catch {
      await put({ ...report, state: 'waiting', tries: (report.tries ?? 0) + 1 });
      tellOthers();
      return { left, trouble: 'network' };
    }
    if (answer.ok && said?.record) {
      // Nothing of what was said stays on the telephone: its number, and that it was recorded.
      const { made_at, officer, what } = report;
      await put({ id, officer, what, made_at, state: 'recorded', number: said.number, recorded_at: Date.now() });
      left -= 1;
    } else if (answer.status === 422 && said) {
      await put({ ...report, state: 'refused', error: said });
      left -= 1;
    } else if (answer.status === 403 && said) {
      await put({ ...report, state: 'refused', error: said });
      left -= 1;
    } else {
      await put({ ...report, state: 'waiting', tries: (report.tries ?? 0) + 1 });
      if (answer.status === 401) trouble = 'signed_out';
      else if (answer.status === 409) trouble = said?.code ?? 'network';
      else trouble = 'network';
      if (trouble === 'signed_out' || trouble === 'network') {
        tellOthers();
        return { left, trouble };
      }
    }
    tellOthers();
  }
  return { left, trouble };
}

// One window, or the worker, sends at a time. Where there are no locks the node still records each once.
export async function deliver() {
  if (!self.navigator?.locks) return deliverOnce();
  return navigator.locks.request(DATABASE, { ifAvailable: true }, (lock) =>
    lock ? deliverOnce() : { left: 0, trouble: 'elsewhere' },
  );
}

export const pause = (tries) => Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(tries, 10));
