import { wallClock } from './wall-time.ts';

export interface DayPart {
  name: 'Morning' | 'Afternoon' | 'Evening';
  starts: string[];
}

/** Groups starts into morning (before 12:00), afternoon (before 17:00) and evening. Omits empty groups. */
export function dayParts(starts: readonly string[]): DayPart[] {
  const parts: DayPart[] = [
    { name: 'Morning', starts: [] },
    { name: 'Afternoon', starts: [] },
    { name: 'Evening', starts: [] },
  ];
  for (const start of starts) {
    const clock = wallClock(start);
    parts[clock < '12:00' ? 0 : clock < '17:00' ? 1 : 2]?.starts.push(start);
  }
  return parts.filter((part) => part.starts.length > 0);
}
