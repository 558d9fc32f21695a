/** A day of a shop, about 2 KB as JSON, with the numbers and short strings of a typical response. @param {string} name */
export function dayOf(name) {
  const starts = Array.from({ length: 26 }, (_, index) => {
    const minute = 540 + index * 20;
    const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    return { start: `2026-11-24T${time}`, minutes: 40, barber: `barber-${index % 4}`, price: 3200 };
  });
  return { day: name, zone: 'Europe/Lisbon', version: 1, starts };
}
