'use strict';
for (const story of document.querySelectorAll('.story')) {
  const steps = [...story.querySelectorAll('ol button')];
  const views = [...story.querySelectorAll('.view')];
  const where = story.querySelector('.where');
  const what = story.querySelector('.what');
  let picked = steps.length - 1;
  const show = (i) => {
    const step = steps[i];
    where.textContent = `Step ${step.querySelector('.number').textContent}, ${step.querySelector('.when b').textContent}`;
    what.replaceChildren(...[...step.querySelector('.words').childNodes].slice(1).map((node) => node.cloneNode(true)));
    for (const view of views) view.hidden = view.dataset.view !== step.dataset.view;
  };
  const pick = (i, focus) => {
    steps[picked].removeAttribute('aria-current');
    steps[picked].tabIndex = -1;
    picked = Math.max(0, Math.min(steps.length - 1, i));
    steps[picked].setAttribute('aria-current', 'step');
    steps[picked].tabIndex = 0;
    show(picked);
    if (focus) {
      steps[picked].focus({ preventScroll: true });
      steps[picked].parentElement.scrollIntoView({ block: 'nearest' });
    }
  };
  steps.forEach((step, i) => {
    step.tabIndex = -1;
    step.addEventListener('click', () => pick(i, true));
    step.addEventListener('focus', () => { if (picked !== i) pick(i, false); });
    step.addEventListener('mouseenter', () => show(i));
    step.addEventListener('mouseleave', () => show(picked));
  });
  for (const button of story.querySelectorAll('.stepper button')) {
    button.addEventListener('click', () => {
      pick(picked + Number(button.dataset.step), false);
      steps[picked].parentElement.scrollIntoView({ block: 'nearest' });
    });
  }
  story.addEventListener('keydown', (event) => {
    const keys = { ArrowDown: picked + 1, ArrowRight: picked + 1, ArrowUp: picked - 1, ArrowLeft: picked - 1, Home: 0, End: steps.length - 1 };
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    pick(keys[event.key], true);
  });
  if (steps.length > 0) pick(steps.length - 1, false);
}
