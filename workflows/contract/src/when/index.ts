export { calendarUnits, dayAfter, leapDays } from './calendar-steps.js';
export type { CalendarUnit, LeapDay } from './calendar-steps.js';
export { clockWindowWords } from './clock-windows.js';
export type { ClockWindow } from './clock-windows.js';
export { nextOnClock } from './next-on-clock.js';
export type { Adjusted, DateShift, DateSource, WaitTime, WhenAnswer } from './wait-time.js';
export { waitTimeOf } from './wait-time-of.js';
