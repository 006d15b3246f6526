/** How much of the page can be seen: a keyboard on the screen takes half of it, and not every phone makes the page smaller. */

const IS_TOUCH = matchMedia('(pointer: coarse)');

/** Below this height what is not needed at once makes room: on a phone the keyboard is up, elsewhere a page is zoomed. */
const lowBelow = () => (IS_TOUCH.matches ? 540 : 400);

/** Keeps the style sheets told: `--visible-height`, and the attribute `data-low` where there is little of it. */
export function followVisibleHeight(): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const root = document.documentElement;
  const tell = () => {
    // Whoever zooms in sees less of the same page.
    if (viewport.scale > 1.01) return;
    root.style.setProperty('--visible-height', `${viewport.height}px`);
    root.toggleAttribute('data-low', viewport.height < lowBelow());
    // A phone that lays its keyboard over the page has pushed the page up before it knew that it would be smaller.
    if (viewport.offsetTop > 0) window.scrollTo(0, 0);
  };
  tell();
  viewport.addEventListener('resize', tell);
}
