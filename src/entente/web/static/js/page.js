// What every page does in the browser: the secret with each request, what is new as it comes, the sound of an alarm.
const secret = document.querySelector('meta[name=csrf]')?.content ?? '';

document.addEventListener('htmx:config:request', (event) => {
  const headers = event.detail?.ctx?.request?.headers ?? event.detail?.headers;
  if (headers && secret) headers['X-CSRF'] = secret;
});

// A list that renews itself keeps the focus, the place and what was unfolded, and marks the lines that were not there.
export async function renew(box) {
  const answer = await fetch(box.dataset.live, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
  // 204: nothing was said since; what is on the page stays, and nobody read it again.
  if (!answer.ok || answer.redirected || answer.status === 204) return;
  const before = new Set([...box.querySelectorAll('[id]')].map((one) => one.id));
  const focused = document.activeElement?.closest?.('[id]')?.id;
  const fresh = document.createElement('template');
  fresh.innerHTML = await answer.text();
  for (const line of fresh.content.querySelectorAll('.line[id]')) {
    if (!before.has(line.id)) line.classList.add('is-new');
  }
  for (const one of fresh.content.querySelectorAll('details[id]')) one.open ||= document.getElementById(one.id)?.open ?? false;
  box.replaceChildren(fresh.content);
  const next = box.querySelector('[data-live-next]');
  if (next) box.dataset.live = next.dataset.liveNext;
  if (focused && box.querySelector(`#${CSS.escape(focused)}`)) {
    const line = document.getElementById(focused);
    (line.matches('a,button,input') ? line : line.querySelector('summary,a,button,input') ?? line).focus({ preventScroll: true });
  }
}

function tell(data) {
  const count = document.getElementById('unseen');
  if (count) {
    count.textContent = data.unseen || '';
    count.classList.toggle('rail__count--life', data.life > 0);
  }
  document.dispatchEvent(new CustomEvent('entente:new', { detail: data }));
  for (const box of document.querySelectorAll('[data-live]')) renew(box);
}

if (secret && 'EventSource' in window) {
  const stream = new EventSource('/live');
  stream.addEventListener('new', (event) => tell(JSON.parse(event.data)));
  stream.addEventListener('ended', () => { stream.close(); document.dispatchEvent(new CustomEvent('entente:ended')); });
}

// "/" leads to the search from everywhere, but types a stroke where one types.
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) return;
  const field = document.querySelector('[data-slash]');
  const way = document.querySelector('.rail a[href="/search"]');
  if (!field && !way) return;
  event.preventDefault();
  if (field) field.focus();
  else location.assign(way.href);
});

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
