// The worker of the forms at sea: keeps both forms and their files for when there is no network, and sends what waits
// when the browser says that the network is back. The pages that it keeps are of nobody.
// The node puts MARK, FILES and the queue before this text.

const CACHE = `entente-sea-${MARK}`;
const SHELLS = [
  [/^\/sea\/report$/, '/sea/report/shell'],
  [/^\/sea\/boats\/[^/]+\/quay$/, '/sea/quay/shell'],
];
// Somebody is on the telephone: the form that is kept comes sooner than the one that may never come.
const PATIENCE_MS = 2500;

async function keepShells(cache) {
  for (const [, shell] of SHELLS) {
    const answer = await fetch(shell, { cache: 'no-store', credentials: 'same-origin' });
    if (answer.ok && !answer.redirected) await cache.put(shell, answer);
  }
}

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  await keepShells(cache);
}

self.addEventListener('install', (event) => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('entente-sea-') && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  ),
);

async function page(request, shell) {
  const kept = await (await caches.open(CACHE)).match(shell);
  if (!kept) return fetch(request);
  try {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS));
    return await Promise.race([fetch(request), late]);
  } catch {
    return kept;
  }
}

async function file(request) {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== self.location.origin) return;
  const shell = SHELLS.find(([path]) => path.test(address.pathname))?.[1];
  if (event.request.mode === 'navigate' && shell) event.respondWith(page(event.request, shell));
  else if (address.pathname.startsWith(`/static/${MARK}/`)) event.respondWith(file(event.request));
});

// The pages tell in which language they are read, by being read: the kept ones follow.
self.addEventListener('message', (event) => {
  if (event.data === 'refresh') event.waitUntil(caches.open(CACHE).then(keepShells).catch(() => {}));
});

self.addEventListener('sync', (event) => {
  if (event.tag !== 'sea') return;
  event.waitUntil(
    deliver().then(({ left, trouble }) => {
      if (left && trouble === 'network') throw new Error('still waiting');
    }),
  );
});
