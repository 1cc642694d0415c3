// What an officer types outlives a reload, a session that ended and a dropped connection: kept in this tab alone, for
// its own officer, until a page says that it was done. The page of writing and the beach have drawers of their own.
const officer = document.querySelector('meta[name=officer]')?.content ?? '';
const DRAWER = 'entente.typed';
const SENT = 'entente.typed.sent';
const KEEP_MS = 12 * 3600 * 1000;

function read(name, otherwise) {
  try { return JSON.parse(sessionStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
}
function write(name, value) {
  try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* no store, nothing kept */ }
}
function forget() {
  try { sessionStorage.removeItem(DRAWER); sessionStorage.removeItem(SENT); } catch { /* no store */ }
}

const isOurs = (field) => field.matches?.('main form textarea[name]') && !field.form.matches('#write-form, #send-form');
const ours = (root) => [...root.querySelectorAll('textarea[name]')].filter(isOurs);
const keyOf = (field) => `${new URL(field.form.action).pathname} ${field.name}`;

function fill(kept) {
  for (const field of ours(document)) {
    const one = kept[keyOf(field)];
    // Only into what the page was when it was typed: what the server says since is newer than the drawer.
    if (!one || one.before !== field.defaultValue || field.value !== field.defaultValue || one.text === field.value) continue;
    field.value = one.text;
    for (let around = field.closest('details'); around; around = around.parentElement.closest('details')) around.open = true;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

const found = read(DRAWER, {});
if (found.kept && document.querySelector('main > .notice--confirmed')) {
  for (const key of read(SENT, [])) delete found.kept[key];
  write(DRAWER, found);
}

if (officer) {
  const now = Date.now();
  let kept = found.officer === officer ? found.kept ?? {} : {};
  kept = Object.fromEntries(Object.entries(kept).filter(([, one]) => now - one.at < KEEP_MS));
  write(DRAWER, { officer, kept });
  write(SENT, []);
  fill(kept);

  document.addEventListener('input', ({ target }) => {
    if (!isOurs(target)) return;
    if (target.value === target.defaultValue) delete kept[keyOf(target)];
    else kept[keyOf(target)] = { text: target.value, before: target.defaultValue, at: Date.now() };
    write(DRAWER, { officer, kept });
  });
  document.addEventListener('submit', ({ target }) => {
    if (target.getAttribute('action') === '/sign-out') forget();
    else write(SENT, ours(target).map(keyOf));
  });
}
