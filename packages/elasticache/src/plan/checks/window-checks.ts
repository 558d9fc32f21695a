import { backupRetentionDays, windowMinutes } from '../../facts/limits.ts';
import type { Check, PlanError } from '../plan.ts';
import { dailyWindow, overlap, weeklyWindow } from '../windows.ts';

/** Checks backups and maintenance windows. */
export const windowChecks: Check = function* ({ backup, maintenanceWindow }) {
  const { most } = backupRetentionDays.value;
  if (backup.retentionDays === 0)
    yield {
      code: 'backups_off',
      path: 'backup.retentionDays',
      message: '0 days disables backups: if the group is lost, the cache and the queue start empty.',
      remediation: 'Set retentionDays to 7. The newest backup is free.',
    };
  if (backup.retentionDays > most)
    yield {
      code: 'backup_retention_range',
      path: 'backup.retentionDays',
      message: `ElastiCache retains backups for at most ${most} days.`,
      remediation: `Set retentionDays to 1 to ${most}.`,
    };
  const daily = dailyWindow(backup.window);
  const weekly = weeklyWindow(maintenanceWindow);
  if (daily === undefined) yield malformed('backup.window', backup.window, '03:00-05:00, in UTC');
  else if (daily.minutes < windowMinutes.value) yield tooShort('backup.window', daily.minutes);
  if (weekly === undefined)
    yield malformed('maintenanceWindow', maintenanceWindow, 'sun:05:00-sun:07:00, in UTC');
  else if (weekly.end - weekly.start < windowMinutes.value)
    yield tooShort('maintenanceWindow', weekly.end - weekly.start);
  if (daily !== undefined && weekly !== undefined && overlap(daily, weekly))
    yield {
      code: 'windows_overlap',
      path: 'maintenanceWindow',
      message: `The backup window (${backup.window} every day) and the maintenance window (${maintenanceWindow}) overlap, which ElastiCache rejects.`,
      remediation: 'Start one when the other ends: 03:00-05:00 and sun:05:00-sun:07:00.',
    };
};

function malformed(path: string, given: string, format: string): PlanError {
  return {
    code: 'window_malformed',
    path,
    message: `${JSON.stringify(given)} is not a valid window.`,
    remediation: `Use the format ${format}.`,
  };
}

function tooShort(path: string, minutes: number): PlanError {
  return {
    code: 'window_too_short',
    path,
    message: `The window is ${minutes} minutes long; ElastiCache requires ${windowMinutes.value} or more.`,
    remediation: 'Make it longer.',
  };
}
