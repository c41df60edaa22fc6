import { exception } from './rpc.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/**
 * Methods Google declares and the local Google has not, by class: looks, charts, data sources, groups of
 * lines and what was withdrawn long ago. Calling one fails by name; a test holds this list against Google's declaration.
 */
export const leftOut: Record<string, string[]> = {
  Range: words(`
    applyColumnBanding applyRowBanding getBandings autoFill autoFillToNeighbor splitTextToColumns
    copyFormatToRange copyValuesToRange insertCells deleteCells
    collapseGroups expandGroups shiftColumnGroupDepth shiftRowGroupDepth
    createDataSourcePivotTable createDataSourceTable getDataSourceFormula getDataSourceFormulas
    getDataSourcePivotTables getDataSourceTables getDataSourceUrl getDataTable
    getBackgroundObject getBackgroundObjects setBackgroundObject setBackgroundObjects
    getFontColorObject getFontColorObjects setFontColorObject setFontColorObjects
    getTextDirection getTextDirections setTextDirection setTextDirections
    getTextRotation getTextRotations setTextRotation setTextRotations setVerticalText
    getTextStyle getTextStyles setTextStyle setTextStyles setShowHyperlink
    isEndColumnBounded isEndRowBounded isStartColumnBounded isStartRowBounded`),
  Sheet: words(`
    asDataSourceSheet getDataSourceTables getBandings getSlicers insertSlicer
    getCharts insertChart newChart removeChart updateChart getDrawings getImages insertImage getFormUrl
    getConditionalFormatRules setConditionalFormatRules clearConditionalFormatRules
    collapseAllColumnGroups collapseAllRowGroups expandAllColumnGroups expandAllRowGroups
    expandColumnGroupsUpToDepth expandRowGroupsUpToDepth getColumnGroup getColumnGroupControlPosition
    getColumnGroupDepth getRowGroup getRowGroupControlPosition getRowGroupDepth setColumnGroupControlPosition
    setRowGroupControlPosition
    getColumnWidth getRowHeight setRowHeightsForced hasHiddenGridlines setHiddenGridlines isRightToLeft setRightToLeft
    setActiveRangeList getSheetProtection setSheetProtection`),
  Spreadsheet: words(`
    getAs getBlob getBandings getDataSourceTables getImages insertImage getFormUrl insertSheetWithDataSourceTable
    moveChartToObjectSheet getColumnWidth getRowHeight
    getIterativeCalculationConvergenceThreshold getMaxIterativeCalculationCycles isIterativeCalculationEnabled
    setIterativeCalculationConvergenceThreshold setIterativeCalculationEnabled setMaxIterativeCalculationCycles
    getRecalculationInterval setRecalculationInterval
    getPredefinedSpreadsheetThemes getSpreadsheetTheme resetSpreadsheetTheme setSpreadsheetTheme
    setActiveRangeList show getSheetProtection setSheetProtection isAnonymousView isAnonymousWrite setAnonymousAccess`),
  SpreadsheetApp: words(`
    enableAllDataSourcesExecution enableBigQueryExecution newDataSourceSpec newCellImage newColor
    newConditionalFormatRule open setActiveRangeList setActiveSpreadsheet`),
  RangeList: words('setShowHyperlink setTextDirection setTextRotation setVerticalText'),
  ScriptApp: words('newStateToken getProjectKey getScriptTriggers'),
  Utilities: words('unzip zip jsonParse jsonStringify'),
  PivotTable: words(`
    addCalculatedPivotValue addFilter getColumnGroups getFilters getPivotValues getRowGroups
    getValuesDisplayOrientation setValuesDisplayOrientation`),
  PivotGroup: words(`
    addManualGroupingRule areLabelsRepeated clearGroupingRule clearSort getDimension getIndex getPivotTable
    getSourceDataColumn hideRepeatedLabels isSortAscending moveToIndex remove removeManualGroupingRule resetDisplayName
    setDisplayName setHistogramGroupingRule showRepeatedLabels showTotals sortAscending sortBy sortDescending
    totalsAreShown`),
  PivotValue: words(`
    getDisplayType getFormula getPivotTable getSummarizedBy setDisplayName setFormula showAs
    summarizeBy`),
  DataValidationBuilder: words('getCriteriaType getCriteriaValues'),
};

/** Makes what a class has not fail with a sentence instead of "is not a function". */
export function refuseLeftOut(name: string, prototype: object): void {
  for (const method of leftOut[name] ?? []) {
    Object.defineProperty(prototype, method, {
      configurable: true,
      value: () => {
        throw exception(`${name}.${method} is not part of the local Google.`);
      },
    });
  }
}
