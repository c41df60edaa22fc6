import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows rendered beyond the visible ones, so that a fast scroll shows no gap. */
const OVERSCAN = 8;

/**
 * The rows of a long grid to render: those in view of the scrolling element and a few around them. `first` and `last`
 * are 0-based, `last` exclusive.
 */
export function useWindow(rowCount: number, rowHeight: number) {
  const element = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let frame = 0;
    const measure = () => {
      frame = 0;
      setScroll((now) =>
        now.top === box.scrollTop && now.height === box.clientHeight
          ? now
          : { top: box.scrollTop, height: box.clientHeight },
      );
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    box.addEventListener('scroll', later, { passive: true });
    const sizes = new ResizeObserver(later);
    sizes.observe(box);
    return () => {
      cancelAnimationFrame(frame);
      box.removeEventListener('scroll', later);
      sizes.disconnect();
    };
  }, []);
  const first = Math.max(0, Math.floor(scroll.top / rowHeight) - OVERSCAN);
  const last = Math.min(rowCount, Math.ceil((scroll.top + scroll.height) / rowHeight) + OVERSCAN);
  return { element, scrollTop: scroll.top, first, last };
}
