const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

/**
 * An RFC 3339 time as unix ms; null when it is none, or no day or hour that there is. A leap second is the
 * first one of the minute after, so that no time compares as "never".
 */
export function rfc3339Ms(text: string): number | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day that its month does not have rolls over into the next.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const millis = Math.floor(Number(`0${match[7] ?? ""}`) * 1000);
  const offsetMinutes = (offsetHour * 60 + offsetMinute) * (match[8] === "-" ? -1 : 1);
  return date.setUTCHours(hour, minute - offsetMinutes, second, millis);
}
