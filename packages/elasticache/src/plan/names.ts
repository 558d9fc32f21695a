/** A text of a plan: what it must match, and how an error describes that. */
type TextRule = { readonly pattern: RegExp; readonly description: string };

/** Names of plans, from which the names of all AWS resources are made. */
export const planNames: TextRule = {
  pattern: /^(?=.{1,40}$)[a-z](-?[a-z0-9])*$/,
  description: '1 to 40 lowercase letters, digits and single hyphens, starting with a letter',
};

export const regionNames: TextRule = {
  pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
  description: 'a region such as us-east-1',
};
