// After a report: one key records an answer, one leads on. What is typed into a field stays a stroke in that field.
const made = document.getElementById('made');

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const field = event.target.closest?.('input:not([type=radio]), textarea, select');
  if (event.key === 'Escape') {
    // What stands in the field stays there: only an empty one is left.
    if (field?.value) { field.blur(); return; }
    location.assign('/sea');
    return;
  }
  if (field) return;
  const answer = document.querySelector(`button[data-key='${CSS.escape(event.key.toLowerCase())}']`);
  if (answer) { event.preventDefault(); answer.form.requestSubmit(answer); return; }
  if (event.key === 'n') location.assign(made.dataset.next);
  if (event.key === 'b' && made.dataset.boat) location.assign(made.dataset.boat);
});
document.getElementById('errors')?.focus();
