// An answer with numbers that can be clicked. Every string from outside is set as textContent:
// nothing in it is ever read as HTML.

const make = (name, className, text) => {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const button = (className, text, onclick) => {
  const node = make("button", className, text);
  node.type = "button";
  node.onclick = onclick;
  return node;
};

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Off localhost and without TLS a page has no clipboard object.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.appendChild(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function sentence(item, open) {
  const node = make("span", `sentence ${item.verdict}`);
  const text = make("span", "words", item.text);
  text.dir = "auto";
  node.append(text);
  for (const number of item.numbers) {
    const mark = button("mark", String(number), () => open(number));
    mark.setAttribute("aria-label", `Open source ${number}`);
    node.append(mark);
  }
  if (item.note) node.append(make("span", "doubt", item.note));
  node.append(" ");
  return node;
}

function source(item, open) {
  const row = button("source", undefined, () => open(item.number));
  row.append(make("span", "number", String(item.number)));
  const body = make("span", "body");
  const title = make("span", "title", item.title);
  title.dir = "auto";
  body.append(title);
  if (item.where) body.append(make("span", "where", item.where));
  if (item.excerpt) body.append(make("span", "excerpt", item.excerpt));
  body.append(make("span", "path", item.path));
  if (item.warning) body.append(make("span", "warning", item.warning));
  row.append(body);
  return row;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const open = (number) => setTriggerValue("open", number);
  const root = make("div", `answer ${data.status}`);
  if (data.title) root.append(make("p", "verdict", data.title));
  if (data.short) {
    const short = make("p", "short", data.short);
    short.dir = "auto";
    root.append(short);
  }
  if (data.sentences.length) {
    const text = make("p", "text");
    text.append(...data.sentences.map((item) => sentence(item, open)));
    root.append(text);
  }
  for (const note of data.notes) root.append(make("p", "note", note));
  if (data.sources.length) {
    root.append(make("p", "label", data.label));
    const list = make("div", "sources");
    list.append(...data.sources.map((item) => source(item, open)));
    root.append(list);
  }
  if (data.assurance) root.append(make("p", "assurance", data.assurance));
  if (data.markdown) {
    const label = "Copy as Markdown";
    const action = button("copy", label, async () => {
      await copy(data.markdown);
      action.textContent = "Copied";
      setTimeout(() => (action.textContent = label), 1500);
    });
    root.append(action);
  }
  parentElement.querySelector(".root").replaceChildren(root);
}
