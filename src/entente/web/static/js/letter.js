// Paper is a click away where there is a script; without one the browser's own menu prints the same.
const button = document.getElementById('print');
if (button) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
