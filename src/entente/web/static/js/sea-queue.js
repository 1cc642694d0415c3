// What was typed at sea or on a quay, kept in the browser until the node has it. Used by the pages and by their worker.
// A form bears an id of its own from the first, and the node records an id once: sending again does no harm.
// Sent in its own officer's session and in no other, oldest first. What is recorded is emptied here at once.

const DATABASE = 'entente-sea';
const KEPT_RECORDED_MS = 12 * 3600 * 1000;
const LONGEST_PAUSE_MS = 30_000;
const ANSWER_WITHIN_MS = 15_000;

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
      asked.result.createObjectStore('forms', { keyPath: 'id' });
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

export const put = (form) => inside('forms', 'readwrite', (store) => store.put(form));
export const drop = (id) => inside('forms', 'readwrite', (store) => store.delete(id));
export const get = (id) => inside('forms', 'readonly', (store) => store.get(id));
export const note = (name, value) => inside('notes', 'readwrite', (store) => store.put(value, name));
export const noted = (name) => inside('notes', 'readonly', (store) => store.get(name));

export async function all() {
  const found = (await inside('forms', 'readonly', (store) => store.getAll())) ?? [];
  const now = Date.now();
  const old = found.filter((one) => one.state === 'recorded' && now - one.recorded_at > KEPT_RECORDED_MS);
  for (const one of old) await drop(one.id);
  return found.filter((one) => !old.includes(one)).sort((one, other) => other.made_at - one.made_at);
}

export const isDue = (one) => one.state === 'waiting' || one.state === 'sending';

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
  const answer = await asked('/sea/secret');
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`secret ${answer.status}`);
  const told = await answer.json();
  await note('officer', told.officer);
  return told;
}

function body(form) {
  const said = new URLSearchParams(form.fields);
  said.set('id', form.id);
  said.set('officer', form.officer);
  said.set('age_s', String(Math.max(0, (Date.now() - form.made_at) / 1000)));
  return said;
}

// Returns {left, trouble, said}: how many of this officer's forms still wait, what keeps them ('network', 'signed_out'
// or ''), and what the node answered to each that went. Only 'network' is worth trying again by itself.
async function deliverOnce() {
  let due = (await all()).filter(isDue).reverse();
  const said = {};
  if (!due.length) return { left: 0, trouble: '', said };
  let told;
  try {
    told = await who();
  } catch {
    return { left: due.length, trouble: 'network', said };
  }
  if (told === null) return { left: due.length, trouble: 'signed_out', said };
  due = due.filter((one) => one.officer === told.officer);
  let left = due.length;
  for (const { id } of due) {
    // As it stands now: it may have been deleted since.
    const form = await get(id);
    if (!form || !isDue(form)) {
      left -= 1;
      continue;
    }
    await put({ ...form, state: 'sending' });
    tellOthers();
    let answer;
    let heard = null;
    try {
      answer = await asked(form.path, { method: 'POST', body: body(form), headers: { 'X-CSRF': told.csrf } });
      if ((answer.headers.get('content-type') ?? '').includes('json')) heard = await answer.json();
    } catch {
      await put({ ...form, state: 'waiting' });
      tellOthers();
      return { left, trouble: 'network', said };
    }
    if (answer.ok && heard?.record) {
      // Nothing of what was said stays on the machine: its number, and where to read what became of it.
      const { made_at, officer, kind } = form;
      await put({ id, officer, kind, made_at, state: 'recorded', to: heard.to, number: heard.number, recorded_at: Date.now() });
      said[id] = heard;
      left -= 1;
    } else if ([403, 404, 409, 422].includes(answer.status) && heard) {
      await put({ ...form, state: 'refused', error: heard });
      left -= 1;
    } else {
      await put({ ...form, state: 'waiting' });
      tellOthers();
      return { left, trouble: answer.status === 401 ? 'signed_out' : 'network', said };
    }
    tellOthers();
  }
  return { left, trouble: '', said };
}

// One window, or the worker, sends at a time. Where there are no locks the node still records each once.
export async function deliver() {
  if (!self.navigator?.locks) return deliverOnce();
  return navigator.locks.request(DATABASE, () => deliverOnce());
}

export const pause = (tries) => Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(tries, 10));
