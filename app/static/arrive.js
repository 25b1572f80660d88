// On a narrow screen the side bar lies over the page: when it has led somewhere, it closes.

export default function ({ data }) {
  const before = window.groundwirePlace;
  window.groundwirePlace = data.place;
  if (before === undefined || before === data.place || window.innerWidth > 768) return;
  const sidebar = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
  sidebar?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
