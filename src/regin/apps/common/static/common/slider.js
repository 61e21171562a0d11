// Turns the <select> inside every [data-slider] into a slider with a button that plays the periods.
// Moving it submits the form of the select; the page that comes gives the focus back. A [data-slider]
// with links in place of a select follows the link. The select stays, hidden, and keeps the value.
(() => {
  const WAIT = 500;
  const PLAY = 1500;
  const KEEP = 10000;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // What the next page is told: that the reader was here, and whether the periods were playing.
  // A browser may refuse to keep anything; then the focus is lost, and no more.
  const keyOf = (part) => `slider ${part.dataset.slider}`;
  const tell = (part, playing) => {
    const said = { playing, top: window.scrollY, at: Date.now() };
    try {
      sessionStorage.setItem(keyOf(part), JSON.stringify(said));
    } catch {}
  };
  const told = (part) => {
    try {
      const said = JSON.parse(sessionStorage.getItem(keyOf(part)));
      sessionStorage.removeItem(keyOf(part));
      return said && Date.now() - said.at < KEEP ? said : null;
    } catch {
      return null;
    }
  };

  const fromSelect = (select) => {
    const options = [...select.options];
    return {
      labels: options.map((option) => option.textContent.trim()),
      // What the page shows, also where the browser remembers another choice.
      chosen: Math.max(options.findIndex((option) => option.defaultSelected), 0),
      hide: () => {
        select.hidden = true;
      },
      open: (index) => {
        select.selectedIndex = index;
        select.form.requestSubmit();
      },
    };
  };

  const fromLinks = (list) => {
    const links = [...list.querySelectorAll("a[href]")];
    return {
      labels: links.map((link) => link.textContent.trim()),
      chosen: links.findIndex((link) => link.hasAttribute("aria-current")),
      hide: () => {
        list.hidden = true;
      },
      open: (index) => location.assign(links[index].href),
    };
  };

  const make = (name, attributes) => Object.assign(document.createElement(name), attributes);

  const build = (part) => {
    const source = part.querySelector("select, ul, ol");
    const { labels, chosen, hide, open } =
      source.nodeName === "SELECT" ? fromSelect(source) : fromLinks(source);
    if (labels.length < 2 || chosen < 0) return;
    const range = make("input", {
      type: "range",
      className: "slider-range",
      id: `${part.dataset.slider}-slider`,
      min: 0,
      max: labels.length - 1,
      step: 1,
      value: chosen,
    });
    // Time runs from left to right in every language, as on the charts.
    range.dir = "ltr";
    // The slider tells its period itself; this is for the eyes.
    const shown = make("span", { className: "slider-shown", ariaHidden: "true" });
    const play = make("button", { type: "button", className: "btn btn-secondary slider-play" });
    let waiting = 0;
    let playing = false;

    const show = () => {
      const words = labels[range.valueAsNumber];
      shown.textContent = words;
      range.setAttribute("aria-valuetext", words);
      play.textContent = playing ? part.dataset.stop : part.dataset.play;
    };
    const openSoon = (delay) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        if (playing) range.valueAsNumber = (chosen + 1) % labels.length;
        if (range.valueAsNumber === chosen) return;
        show();
        tell(part, playing);
        open(range.valueAsNumber);
      }, delay);
    };
    const stop = () => {
      playing = false;
      clearTimeout(waiting);
      range.value = chosen;
      show();
    };
    range.addEventListener("input", () => {
      playing = false;
      show();
      openSoon(WAIT);
    });
    play.addEventListener("click", () => {
      if (playing) {
        stop();
        return;
      }
      playing = true;
      show();
      openSoon(0);
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) stop();
    });

    const label = part.querySelector("label");
    if (label) label.htmlFor = range.id;
    else range.setAttribute("aria-label", part.dataset.label);
    hide();
    source.after(...(calm ? [range, shown] : [play, range, shown]));
    show();

    const before = told(part);
    if (!before) return;
    window.scrollTo({ top: before.top, behavior: "instant" });
    playing = before.playing && chosen < labels.length - 1;
    (before.playing && !calm ? play : range).focus({ preventScroll: true });
    show();
    if (playing) openSoon(PLAY);
  };

  document.querySelectorAll("[data-slider]").forEach(build);
})();
