// The tour shows its steps one at a time, by button or key, and goes for good when it was seen or skipped. Without this
// file all three steps stand on the page at once, and one button says that they were read.
const tour = document.querySelector('[data-tour]');
if (tour) {
  const steps = [...tour.querySelectorAll('[data-step]')];
  const marks = [...tour.querySelectorAll('.tour__steps li')];
  const form = tour.querySelector('form');
  const [next, done, skip] = ['next', 'done', 'skip'].map((name) => form.querySelector(`[data-tour-${name}]`));
  let at = 0;

  const show = (place, byHand) => {
    at = place;
    const last = at === steps.length - 1;
    steps.forEach((step, number) => { step.hidden = number !== at; });
    marks.forEach((mark, number) => (number === at ? mark.setAttribute('aria-current', 'step') : mark.removeAttribute('aria-current')));
    tour.querySelector('[data-tour-count]').textContent = ` ${at + 1} / ${steps.length}`;
    next.hidden = last;
    done.hidden = !last;
    skip.hidden = last;
    if (byHand) steps[at].querySelector('h2').focus();
  };

  const leave = async () => {
    const back = document.getElementById('main');
    const body = new URLSearchParams(new FormData(form));
    tour.remove();
    back.focus({ preventScroll: true });
    await fetch(form.action, { method: 'POST', headers: { 'HX-Request': 'true' }, credentials: 'same-origin', body });
  };

  next.addEventListener('click', () => show(at + 1, true));
  form.addEventListener('submit', (event) => { event.preventDefault(); leave(); });
  tour.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
    else if (event.key === 'ArrowRight' && at < steps.length - 1) show(at + 1, true);
    else if (event.key === 'ArrowLeft' && at > 0) show(at - 1, true);
  });
  show(0, false);
}
