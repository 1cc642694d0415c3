// The worker of the beach page: keeps that page and its files for when there is no network, and sends what waits when
// the browser says that the network is back. Never a record: the page that it keeps is one of nobody.
// The node puts MARK, FILES and the queue before this text.

const CACHE = `entente-beach-${MARK}`;
const SHELL = '/beach/shell';
// On one bar of signal the page that is kept comes sooner than the one that may never come.
const PATIENCE_MS = 4000;

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  await keepShell(cache);
}

async function keepShell(cache) {
  const answer = await fetch(SHELL, { cache: 'no-store', credentials: 'same-origin' });
  if (answer.ok && !answer.redirected) await cache.put(SHELL, answer);
}

self.addEventListener('install', (event) => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('entente-beach-') && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  ),
);

async function page(request) {
  const kept = await (await caches.open(CACHE)).match(SHELL);
  if (!kept) return fetch(request);
  try {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS));
    return await Promise.race([fetch(request), late]);
  } catch {
    return kept;
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (event.request.mode === 'navigate' && address.pathname === '/beach') event.respondWith(page(event.request));
  else if (address.pathname.startsWith(`/static/${MARK}/`)) event.respondWith(file(event.request));
});

// The page tells in which language it is read, by being read: the kept one follows.
self.addEventListener('message', (event) => {
  if (event.data === 'refresh') event.waitUntil(caches.open(CACHE).then(keepShell).catch(() => {}));
});

self.addEventListener('sync', (event) => {
  if (event.tag !== 'beach') return;
  event.waitUntil(
    deliver().then(({ left, trouble }) => {
      // Thrown so that the browser asks again; what waits for a person is not asked again.
      if (left && trouble === 'network') throw new Error('still waiting');
    }),
  );
});
