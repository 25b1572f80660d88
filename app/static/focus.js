// Brings the question that was just asked into view, once for each state that it is in.

const seen = (window.groundwireSeen ??= new Set());
// What stands below it is drawn a moment later; before that there is nowhere to scroll to.
const DRAWN_MS = 300;

export default function ({ data, parentElement }) {
  if (seen.has(data.token)) return;
  seen.add(data.token);
  const root = parentElement.querySelector(".root");
  setTimeout(() => root.scrollIntoView({ block: "start", behavior: "smooth" }), DRAWN_MS);
}
