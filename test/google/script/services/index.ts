import { cacheServices } from './cache.ts';
import { metadataServices } from './developer-metadata.ts';
import { filterServices } from './filter.ts';
import { htmlServices } from './html.ts';
import { lockServices } from './lock.ts';
import { logServices } from './log.ts';
import { pivotServices } from './pivot.ts';
import { propertyServices } from './properties.ts';
import { protectionServices } from './protection.ts';
import { rangeReadServices } from './range-read.ts';
import { rangeWriteServices } from './range-write.ts';
import { scriptAppServices } from './script-app.ts';
import { sessionServices } from './session.ts';
import { sheetServices } from './sheet.ts';
import { spreadsheetServices } from './spreadsheet.ts';
import { uiServices } from './ui.ts';
import { urlFetchServices } from './url-fetch.ts';
import { utilityServices } from './utilities.ts';

/**
 * What the face may ask of the main thread: `(execution, ...arguments) → result`, all JSON. The part of a name before
 * the dot is the service that authorisation is checked for.
 */
export const services = {
  ...spreadsheetServices,
  ...sheetServices,
  ...rangeReadServices,
  ...rangeWriteServices,
  ...metadataServices,
  ...protectionServices,
  ...filterServices,
  ...pivotServices,
  ...urlFetchServices,
  ...propertyServices,
  ...cacheServices,
  ...lockServices,
  ...scriptAppServices,
  ...sessionServices,
  ...utilityServices,
  ...uiServices,
  ...htmlServices,
  ...logServices,
};

export type Services = typeof services;
