import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { fleetLabels } from './identity.ts';
import { chosenDataSource } from './panels.ts';
import { by } from './queries.ts';

/** Returns the variable for the Prometheus data source. */
export function dataSourceVariable(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').multi(false);
}

/** A variable with the values of one label of a selector. */
interface LabelVariable {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly selector: string;
  readonly label: string;
  /** Whether several values, or all, can be selected. "All" means no filter, so that series without the label are included. */
  readonly several: boolean;
}

/** Returns a variable with the values of a label. */
export function labelVariable(options: LabelVariable): Builder<VariableModel> {
  const { name, title, description, selector, label, several } = options;
  const lookup = `label_values(${selector}, ${label})`;
  const variable = new QueryVariableBuilder(name)
    .label(title)
    .description(description)
    .datasource(chosenDataSource)
    .query({ query: lookup, refId: `variable-${name}`, qryType: 1 })
    .definition(lookup)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(several)
    .includeAll(several);
  if (!several) return variable;
  return variable.allValue('.*').current({ text: ['All'], value: ['$__all'] });
}

/** Returns a variable with the values of a label in the result of a query. "All" means only these values; none if there are no results. */
export function foundVariable(
  options: Omit<LabelVariable, 'selector' | 'several'> & { readonly expression: string },
): Builder<VariableModel> {
  const { name, title, description, expression, label } = options;
  const lookup = `query_result(count by (${label}) (${expression}))`;
  return (
    new QueryVariableBuilder(name)
      .label(title)
      .description(description)
      .datasource(chosenDataSource)
      .query({ query: lookup, refId: `variable-${name}`, qryType: 3 })
      .definition(lookup)
      // Grafana does not escape label values, not even quotes in them.
      .regex(`/^\\{${label}="(.*)"\\} \\S+ \\S+$/`)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.NaturalAsc)
      .multi(true)
      .includeAll(true)
      .current({ text: ['All'], value: ['$__all'] })
  );
}

/** Returns the filter variables family and site; without site if the identity contains it, because it already is a variable then. */
export function familyAndSite(): Builder<VariableModel>[] {
  const family = labelVariable({
    name: 'family',
    title: 'Family',
    description: 'Family of the PBX, as in the configuration.',
    selector: 'pbx_target_info',
    label: 'family',
    several: true,
  });
  const site = labelVariable({
    name: 'site',
    title: 'Site',
    description: 'The "site" label of the PBX in the configuration; empty if there is none.',
    selector: `pbx_target_info{${by('family')}}`,
    label: 'site',
    several: true,
  });
  return fleetLabels.includes('site') ? [family] : [family, site];
}

/** Returns the variable for one site. */
export function siteVariable(): Builder<VariableModel> {
  return labelVariable({
    name: 'site',
    title: 'Site',
    description: 'The "site" label of the PBXs in the configuration.',
    selector: 'pbx_target_info',
    label: 'site',
    several: false,
  });
}

/** Returns a variable for a text entered by the user. */
export function textVariable(name: string, title: string, description: string): Builder<VariableModel> {
  return new TextBoxVariableBuilder(name).label(title).description(description).defaultValue('100');
}

/** Returns the variable for the availability goal, in per cent. */
export function goalVariable(): Builder<VariableModel> {
  return new CustomVariableBuilder('goal')
    .label('Goal in %')
    .description('Availability goal for PBXs and trunks, the basis of the error budget.')
    .values('99,99.5,99.9,99.95')
    .current({ selected: true, text: '99.9', value: '99.9' });
}

/** Returns variables for the identity labels except `pbx`, e.g. customer. */
export function fleetVariables(several: boolean): Builder<VariableModel>[] {
  return fleetLabels.map((label) =>
    labelVariable({
      name: label,
      title: label,
      description: 'Fleet to which the PBX belongs.',
      selector: 'pbx_target_info',
      label,
      several,
    }),
  );
}

/** Returns the PBX variable, limited to the selected families and sites. With `several` false, it contains all, so that links work. */
export function pbxVariable(several: boolean): Builder<VariableModel> {
  const narrowed = [...(several ? ['family', 'site'] : []), ...fleetLabels].map((label) => by(label));
  const conditions = narrowed.length > 0 ? `{${narrowed.join(',')}}` : '';
  return labelVariable({
    name: 'pbx',
    title: 'PBX',
    description: 'Name of the PBX in the configuration.',
    selector: `pbx_target_info${conditions}`,
    label: 'pbx',
    several,
  });
}
