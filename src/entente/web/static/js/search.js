// A search answers on the page that it was asked on, so that going back from a record finds it again. What was asked is
// kept with this step of the tab's own history and nowhere else; it ends with the tab.
const box = document.getElementById('found');

async function ask(values) {
  box.setAttribute('aria-busy', 'true');
  const answer = await fetch('/search', {
    method: 'POST',
    headers: { 'HX-Request': 'true' },
    credentials: 'same-origin',
    body: new URLSearchParams(values),
  });
  if (answer.status === 401 || answer.redirected) {
    location.reload();
    return;
  }
  const fresh = document.createElement('template');
  fresh.innerHTML = await answer.text();
  box.replaceChildren(fresh.content);
  box.removeAttribute('aria-busy');
  history.replaceState({ asked: values.filter(([name]) => name !== 'csrf') }, '');
  for (const name of ['since', 'until']) document.getElementById(name).removeAttribute('aria-invalid');
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-search]');
  if (!form) return;
  event.preventDefault();
  ask([...new FormData(form)]).then(
    () => {
      const first = box.querySelector('.error-summary') ?? box;
      first.focus();
      first.scrollIntoView({ block: 'nearest' });
    },
    // No connection: the browser sends it as it would without us, and says what it thinks of it.
    () => form.submit(),
  );
});

const before = history.state?.asked;
if (before && !box.querySelector('.lines, .error-summary')) {
  const form = document.querySelector('form[role=search]');
  for (const [name, value] of before) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  ask([...before, ['csrf', document.querySelector('meta[name=csrf]').content]]);
}
