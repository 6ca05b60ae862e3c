/** Elements, made of text alone: nothing that comes from the database is ever read as markup. */

/** Makes an element with attributes and what is in it. */
export const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/** Sets the text of an element where it is another. */
export const say = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Sets a text whose end is a command, which is shown as one. */
export const sayCommand = (element, text) => {
  if (element.textContent === text) return;
  const at = text.indexOf('levitate fleet ');
  const parts = at < 0 ? [text] : [text.slice(0, at), make('code', {}, text.slice(at))];
  element.replaceChildren(...parts);
};

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** A bar of shares: [kind, count] of each. It is a picture, and needs its numbers beside it. */
export const drawShare = (bar, shares) => {
  const parts = shares.filter(([, count]) => count > 0);
  while (bar.children.length > parts.length) bar.lastChild.remove();
  while (bar.children.length < parts.length) bar.append(make('span'));
  parts.forEach(([kind, count], at) => {
    bar.children[at].className = `part ${kind}`;
    bar.children[at].style.flexGrow = count;
  });
};

/** Makes the rows of a table body what they should be, and leaves those alone that are already there. */
export const arrange = (body, rows) => {
  const focused = document.activeElement;
  rows.forEach((row, at) => {
    if (body.children[at] !== row) body.insertBefore(row, body.children[at] ?? null);
  });
  while (body.children.length > rows.length) body.lastChild.remove();
  // A row that moves takes the focus out of itself.
  if (focused !== document.activeElement && focused.isConnected)
    focused.focus({ preventScroll: true });
};
