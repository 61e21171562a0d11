// Lets the arrow keys walk the regions of every <figure data-map-walk>: one tab stop a map, the
// nearest region in the arrow's direction, Home and End for the first and the last, Enter to open.
// The line <… data-map-line> below the map says where one is.
//
// A map of few regions moves the focus from link to link, and the link speaks for itself. A dense
// one keeps the focus on the drawing: its thousand links stay hidden from screen readers, which
// hear the line and have the table.
(() => {
  const TOWARDS = {
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowDown: [0, 1],
    ArrowUp: [0, -1],
  };
  // What lies more to the side than ahead comes last; so far away is nothing on the drawing.
  const FAR = 1e5;
  // Sets regions at the very same point apart, so that all of them can be reached.
  const APART = 1e-4;

  const positionOf = (link, index) =>
    link.dataset.at.split(" ").map((part) => Number(part) + index * APART);

  const nearest = (points, from, [right, down]) => {
    const [x, y] = points[from];
    let best = from;
    let least = Infinity;
    points.forEach(([otherX, otherY], index) => {
      const along = (otherX - x) * right + (otherY - y) * down;
      if (index === from || along <= 0) return;
      const across = Math.abs((otherX - x) * down + (otherY - y) * right);
      const away = along + across + (across > along * 1.01 ? FAR : 0);
      if (away < least) [best, least] = [index, away];
    });
    return best;
  };

  const target = (key, points, from) => {
    if (key === "Home") return 0;
    if (key === "End") return points.length - 1;
    return key in TOWARDS ? nearest(points, from, TOWARDS[key]) : null;
  };

  const wordsOf = (link) => link.querySelector("title").textContent;

  // Where one walks from link to link.
  const onLinks = (links, say) => {
    let here = 0;
    const stand = (index) => {
      links[here].tabIndex = -1;
      here = index;
      links[here].tabIndex = 0;
    };
    links.forEach((link, index) => {
      link.tabIndex = index ? -1 : 0;
      link.addEventListener("focus", () => {
        stand(index);
        say(wordsOf(link));
      });
    });
    return { at: () => here, go: (index) => links[index].focus() };
  };

  // Where the focus stays on the drawing and a ring moves.
  const onDrawing = (svg, links, say, line) => {
    let here = 0;
    const ring = document.createElementNS(svg.namespaceURI, "g");
    ring.setAttribute("class", "ring");
    ring.setAttribute("aria-hidden", "true");
    svg.append(ring);
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-describedby", line.id);
    const go = (index) => {
      here = index;
      const shape = links[here].querySelector(".shape");
      ring.replaceChildren(shape.cloneNode(), shape.cloneNode());
      say(wordsOf(links[here]));
    };
    svg.addEventListener("focus", () => {
      if (svg.matches(":focus-visible")) go(here);
    });
    svg.addEventListener("blur", () => ring.replaceChildren());
    svg.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !ring.hasChildNodes()) return;
      const { ctrlKey, metaKey, shiftKey } = event;
      const how = { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey };
      links[here].dispatchEvent(new MouseEvent("click", how));
    });
    return { at: () => here, go };
  };

  const walkable = (figure) => {
    const svg = figure.querySelector("svg");
    const line = figure.querySelector("[data-map-line]");
    const marks = [...svg.querySelectorAll("a.mark")];
    const links = marks.length ? marks : [...svg.querySelectorAll("a[data-at]")];
    if (!links.length) return;
    const say = (words) => {
      line.textContent = words;
    };
    line.hidden = false;
    const walk = marks.length ? onLinks(links, say) : onDrawing(svg, links, say, line);
    let points = null;
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      points ??= links.map(positionOf);
      const index = target(event.key, points, walk.at());
      if (index === null) return;
      event.preventDefault();
      walk.go(index);
    });
  };

  document.querySelectorAll("figure[data-map-walk]").forEach(walkable);
})();
