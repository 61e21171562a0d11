// Closes an open menu on Escape, on a click elsewhere and when the focus leaves it.
(() => {
  const menus = [...document.querySelectorAll("details[data-menu]")];
  const close = (menu) => menu.removeAttribute("open");

  document.addEventListener("click", (event) => {
    menus.filter((menu) => !menu.contains(event.target)).forEach(close);
  });
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close(menu);
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
    });
  }
})();
