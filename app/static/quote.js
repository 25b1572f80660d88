// The text of a document with a quote marked, scrolled to it. Text only, never HTML.

const make = (name, className, text) => {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
};

export default function ({ data, parentElement }) {
  const page = make("div", "page", "");
  page.tabIndex = 0;
  page.dir = "auto";
  if (data.cutBefore) page.append(make("span", "cut", "The document begins earlier"));
  page.append(document.createTextNode(data.before));
  const mark = make("mark", "quote", data.quote);
  page.append(mark);
  page.append(document.createTextNode(data.after));
  if (data.cutAfter) page.append(make("span", "cut", "The document goes on"));
  parentElement.querySelector(".root").replaceChildren(page);
  // The dialog grows while it opens: place the quote when the page has its height.
  const place = () => {
    const room = Math.max(24, (page.clientHeight - mark.offsetHeight) / 3);
    page.scrollTop = mark.offsetTop - page.offsetTop - room;
  };
  const watcher = new ResizeObserver(place);
  watcher.observe(page);
  return () => watcher.disconnect();
}
