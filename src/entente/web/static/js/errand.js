// While something long runs, the page asks every second how far it has come, and stops when it is back.
async function look(box) {
  const answer = await fetch(box.dataset.errand, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
  if (answer.ok && !answer.redirected) {
    const fresh = document.createElement('template');
    fresh.innerHTML = await answer.text();
    box.replaceChildren(fresh.content);
  }
  wait(box);
}

function wait(box) {
  if (box.querySelector('[data-running]')) setTimeout(() => look(box).catch(() => wait(box)), 1000);
}

for (const box of document.querySelectorAll('[data-errand]')) wait(box);
