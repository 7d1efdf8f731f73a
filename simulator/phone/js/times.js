// Times as a phone shows them, in the phone's own zone where one is known.

const LOCALE = "en-GB";
const cache = new Map();

function format(options, zone) {
  const key = JSON.stringify(options) + (zone ?? "");
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone ?? undefined }));
  return cache.get(key);
}

export const clockTime = (at, zone) => format({ hour: "2-digit", minute: "2-digit" }, zone).format(new Date(at));
export const longDay = (at, zone) => format({ weekday: "long", day: "numeric", month: "long" }, zone).format(new Date(at));
export const fullTime = (at, zone) => format({ dateStyle: "full", timeStyle: "medium" }, zone).format(new Date(at));
export const dayKey = (at, zone) => format({ year: "numeric", month: "2-digit", day: "2-digit" }, zone).format(new Date(at));
export const clinicTime = (at, zone) =>
  format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, zone).format(new Date(at));

export function dayName(at, now, zone) {
  const day = dayKey(at, zone);
  if (day === dayKey(now, zone)) return "Today";
  if (day === dayKey(now - 86_400_000, zone)) return "Yesterday";
  const sameYear = new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear();
  return format({ weekday: "short", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) }, zone).format(new Date(at));
}

// For a list: the time today, the weekday this week, else the date.
export function shortTime(at, now, zone) {
  const age = now - new Date(at).getTime();
  if (dayKey(at, zone) === dayKey(now, zone)) return clockTime(at, zone);
  if (age >= 0 && age < 6 * 86_400_000) return format({ weekday: "short" }, zone).format(new Date(at));
  return format({ day: "numeric", month: "short" }, zone).format(new Date(at));
}
