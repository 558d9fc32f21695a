import { type ReactNode, useEffect, useRef } from 'react';

/** False until the first heading of this page load is shown: the browser itself places a new visitor at the top. */
let visitorHasArrived = false;

interface PageHeadingProps {
  /** Title of the browser tab. */
  title: string;
  children: ReactNode;
}

/**
 * The h1 of a page or step. When it replaces another one, it takes the focus, so that keyboard and screen reader
 * continue where the new step begins.
 */
export function PageHeading({ title, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (visitorHasArrived) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    visitorHasArrived = true;
  }, []);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
