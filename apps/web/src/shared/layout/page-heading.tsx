import { type ReactNode, useEffect, useRef } from 'react';

/** Whether a heading was shown since the page load. The first heading must not take the focus. */
let isFirstHeadingShown = false;

interface PageHeadingProps {
  /** Document title. */
  title: string;
  children: ReactNode;
}

/**
 * The h1 of a page or step. When it replaces another h1, it takes the focus, so that keyboard and screen reader users
 * continue at the start of the new step.
 */
export function PageHeading({ title, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFirstHeadingShown) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    isFirstHeadingShown = true;
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
