'use strict';
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, text, set = {}) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(set)) made.setAttribute(name, value);
  return made;
};

// Light or dark: what the system says, until the button is pressed.
const theme = make('button', 'Light / dark', { type: 'button' });
theme.addEventListener('click', () => {
  const root = document.documentElement;
  const now = root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
});
document.querySelector('.theme').append(theme);

// One profile at a time.
for (const profiles of all('.profiles')) {
  const sections = all(':scope > .profile', profiles);
  const select = make('select');
  for (const section of sections) select.append(make('option', section.dataset.profile));
  const show = () => sections.forEach((section, i) => { section.hidden = i !== select.selectedIndex; });
  select.addEventListener('change', show);
  const label = make('label', profiles.dataset.name);
  const picker = make('div', undefined, { class: 'picker', id: sections[0]?.id ?? '' });
  sections[0]?.removeAttribute('id');
  label.append(' ', select);
  picker.append(label);
  const before = make('button', '‹', { type: 'button', 'aria-label': 'Previous' });
  const next = make('button', '›', { type: 'button', 'aria-label': 'Next' });
  const step = (by) => { select.selectedIndex = (select.selectedIndex + by + sections.length) % sections.length; show(); };
  before.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
  picker.append(before, next);
  if (sections.length > 1) profiles.prepend(picker);
  show();
}

// One measure at a time; what is chosen under one profile is chosen under all.
for (const views of all('.views')) {
  const sections = all(':scope > section', views);
  if (sections.length < 2) continue;
  const bar = make('div', undefined, { class: 'switch', role: 'group', 'aria-label': views.dataset.label });
  views.choose = (name) => {
    const at = sections.findIndex((section) => section.dataset.view === name);
    if (at < 0) return;
    sections.forEach((section, i) => { section.hidden = i !== at; bar.children[i].setAttribute('aria-pressed', i === at); });
  };
  for (const section of sections) {
    const button = make('button', section.dataset.view, { type: 'button' });
    button.addEventListener('click', () => {
      for (const other of all(`.views[data-group="${views.dataset.group}"]`, views.closest('.comparison'))) other.choose?.(section.dataset.view);
    });
    bar.append(button);
  }
  views.prepend(bar);
  views.choose(sections[0].dataset.view);
}

// Tables: sorted by any column; the first rows in that order are shown, the rest on demand.
for (const table of all('table.sort')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const most = Number(table.dataset.fold || Infinity);
  let open = body.rows.length <= most + 2;
  const fold = () => [...body.rows].forEach((row, i) => { row.hidden = !open && i >= most && row.dataset.keep === undefined; });
  const value = (row, at) => {
    const cell = row.cells[at];
    if (cell.dataset.value === undefined) return cell.textContent === '–' ? Infinity : cell.textContent.trim();
    return Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true }));
  heads.forEach((head, at) => {
    if (head.dataset.plain !== undefined) return;
    const button = make('button', undefined, { type: 'button' });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row, i) => [value(row, at), i, row]);
      rows.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
      body.append(...rows.map((row) => row[2]));
      fold();
    });
  });
  if (!open) {
    const button = make('button', `Show all ${body.rows.length}`, { type: 'button', class: 'fold', 'aria-expanded': 'false' });
    button.addEventListener('click', () => {
      open = !open;
      button.setAttribute('aria-expanded', open);
      button.textContent = open ? 'Show fewer' : `Show all ${body.rows.length}`;
      fold();
    });
    table.parentElement.after(button);
  }
  fold();
}

// Values, by pointer, finger and keyboard: a drawing or a table is one stop of the Tab key, arrows go on within it.
const tip = make('div', undefined, { class: 'tip', role: 'tooltip', hidden: '' });
document.body.append(tip);
const show = (mark) => {
  const lines = mark.dataset.tip.split('\n').map((line) => line.split('\t'));
  const row = mark.closest('tr');
  if (mark.matches('td')) {
    const head = mark.closest('table').tHead?.rows[0].cells[mark.cellIndex];
    lines.unshift([`${row.cells[0].textContent} · ${head?.textContent ?? ''}`]);
  }
  tip.replaceChildren(...lines.map(([name, value], i) => {
    const line = make(i === 0 && value === undefined ? 'p' : 'div');
    line.append(make('span', name));
    if (value !== undefined) line.append(make('b', value));
    return line;
  }));
  tip.hidden = false;
  const line = mark.querySelector(':scope > line') ?? mark;
  const at = line.getBoundingClientRect();
  const room = { x: document.documentElement.clientWidth, y: document.documentElement.clientHeight };
  const left = at.left + at.width / 2 + (mark === line ? -tip.offsetWidth / 2 : 12);
  tip.style.left = `${Math.max(8, Math.min(left, room.x - tip.offsetWidth - 8))}px`;
  const above = at.top - tip.offsetHeight - 8;
  tip.style.top = `${mark === line ? (above > 4 ? above : at.bottom + 8) : Math.max(8, at.top)}px`;
};
const hide = () => { tip.hidden = true; };
// Going to a value may scroll the page: what is said of it goes along; what was only pointed at has gone.
const follow = () => { if (!tip.hidden && document.activeElement?.dataset.tip) show(document.activeElement); else hide(); };
for (const group of all('svg[role=group], table')) {
  const marks = () => all(group.matches('table') ? 'td[data-tip]' : '.mark', group).filter((mark) => mark.getClientRects().length > 0);
  const own = all(group.matches('table') ? 'td[data-tip]' : '.mark', group);
  if (own.length === 0) continue;
  group.querySelector(':scope > title')?.remove();
  own.forEach((mark, i) => {
    mark.setAttribute('tabindex', i === 0 ? 0 : -1);
    if (!mark.matches('td')) { mark.setAttribute('role', 'img'); mark.setAttribute('aria-label', mark.dataset.tip.replaceAll('\t', ' ').replaceAll('\n', ', ')); }
  });
  group.addEventListener('keydown', (event) => {
    const here = event.target.closest('[data-tip]');
    if (!here || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') return hide();
    if (event.key === 'Enter' && here === event.target) {
      event.preventDefault();
      return here.querySelector('a')?.click();
    }
    const column = (row) => row?.cells[here.cellIndex];
    const rows = here.matches('td') ? all('tbody tr:not([hidden])', group) : [];
    const beside = (by) => (rows.length ? column(rows[rows.indexOf(here.parentElement) + by]) : undefined);
    const seen = marks();
    const at = seen.indexOf(here);
    const steps = { ArrowRight: seen[at + 1], ArrowLeft: seen[at - 1], ArrowDown: beside(1), ArrowUp: beside(-1), Home: seen[0], End: seen[seen.length - 1] };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = steps[event.key];
    if (!next?.dataset.tip) return;
    own.forEach((mark) => mark.setAttribute('tabindex', -1));
    next.setAttribute('tabindex', 0);
    next.focus();
  });
}
for (const [on, off] of [['pointerover', 'pointerout'], ['focusin', 'focusout']]) {
  document.addEventListener(on, (event) => { const mark = event.target.closest?.('[data-tip]'); if (mark) show(mark); });
  document.addEventListener(off, hide);
}
addEventListener('scroll', follow, { passive: true, capture: true });

// An order behind a number: shown in front of the page, which stays where it is.
const dialog = make('dialog', undefined, { 'aria-label': 'An order behind the number' });
document.body.append(dialog);
for (const link of all('a.order')) link.tabIndex = -1;
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a.order');
  const order = link && document.getElementById(link.hash.slice(1));
  if (!order) return;
  event.preventDefault();
  hide();
  const close = make('button', 'Close', { type: 'button', class: 'close' });
  close.addEventListener('click', () => dialog.close());
  dialog.replaceChildren(close, ...[...order.childNodes].map((node) => node.cloneNode(true)));
  dialog.showModal();
});
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });

// On paper nothing can be opened: strategies and definitions are printed, and are folded again afterwards.
const folded = () => all('.notes details:not([open])');
let opened = [];
addEventListener('beforeprint', () => { opened = folded(); opened.forEach((details) => { details.open = true; }); });
addEventListener('afterprint', () => opened.forEach((details) => { details.open = false; }));

document.documentElement.dataset.ready = 'yes';
