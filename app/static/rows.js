// A list of named things with what can be done to each. Text only, never HTML.

const make = (name, className, text) => {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const button = (className, label, onclick) => {
  const node = make("button", className);
  node.type = "button";
  node.onclick = onclick;
  node.setAttribute("aria-label", label);
  return node;
};

function row(item, actions, act) {
  const node = make("div", item.current ? "row current" : "row");
  const open = actions.open
    ? button("main", `${actions.open}: ${item.title}`, () => act("open", item.id))
    : make("div", "main");
  const title = make("span", "title", item.title);
  title.dir = "auto";
  open.append(title);
  if (item.detail) open.append(make("span", "detail", item.detail));
  if (item.figures) open.append(make("span", "figures", item.figures));
  if (item.reason) open.append(make("span", "reason", item.reason));
  node.append(open);
  if (item.badge) node.append(make("span", `badge ${item.badge}`, item.badge));
  for (const [name, label] of Object.entries(actions)) {
    if (name === "open") continue;
    const extra = button("extra", `${label}: ${item.title}`, () => act(name, item.id));
    extra.textContent = label;
    node.append(extra);
  }
  return node;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const act = (name, id) => setTriggerValue("act", { name, id });
  const list = make("div", "rows");
  list.append(...data.rows.map((item) => row(item, data.actions, act)));
  parentElement.querySelector(".root").replaceChildren(list);
}
