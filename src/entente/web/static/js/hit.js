// A judgement by keyboard: 1, 2 or 3 chooses the answer and goes to the reason; Ctrl and Enter send what was chosen.
const form = document.getElementById('verdict');
const reason = document.getElementById('reason');
const buttons = [...form.querySelectorAll('button[name=verdict]')];
let chosen = null;

function choose(button) {
  chosen = button;
  for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === reason) {
    event.preventDefault();
    if (chosen) form.requestSubmit(chosen);
    else buttons[0].focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  const button = buttons.find((one) => one.dataset.key === event.key);
  if (!button) return;
  event.preventDefault();
  choose(button);
  reason.focus();
});
for (const button of buttons) button.addEventListener('click', () => choose(button));

const print = document.getElementById('print');
print.hidden = false;
print.addEventListener('click', () => window.print());
document.getElementById('error')?.focus();
