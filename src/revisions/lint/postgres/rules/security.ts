/** Rules about who may do what. */
import { as, namesOf, objectName, optionOf, shown, tableKey, tableName } from '../node.ts'
import { at, rule } from '../postgres-rule.ts'
import { atLeast } from '../version.ts'

const definer = rule({
  code: 'security-definer-search-path',
  severity: 'error',
  title: 'SECURITY DEFINER without search_path',
  why: 'The function runs with the rights of its owner, but finds names by the search_path of the caller: who may create a table or function in any schema (pg_temp always) puts his own in the place of yours, and runs it with your rights.',
  safe: "Set search_path at the function, pg_temp last, and name all other schemas.\n\n```sql\nCREATE FUNCTION close_order(id bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp\nAS $$ UPDATE shop.orders SET state = 'closed' WHERE orders.id = $1 $$;\n```",
  check(s) {
    const made = as(s.node, 'CreateFunctionStmt')
    const options = made?.options ?? as(s.node, 'AlterFunctionStmt')?.actions ?? []
    if (as(optionOf(options, 'security')?.arg, 'Boolean')?.boolval !== true) return []
    const sets = options.map((o) => as(as(o, 'DefElem')?.arg, 'VariableSetStmt')?.name)
    if (sets.includes('search_path')) return []
    const name = made === undefined ? 'the function' : shown(objectName(namesOf(made.funcname)))
    return [{ message: `${name} runs with the rights of its owner and finds names where its caller wants` }]
  },
})

const toPublic = rule({
  code: 'grant-to-public',
  severity: 'warning',
  title: 'Rights for everybody',
  why: 'PUBLIC are all roles, those of later too, and those of other applications on the server. It cannot be taken back from one of them.',
  safe: 'Grant to a role, and that role to users.\n\n```sql\nGRANT SELECT ON orders TO reporting;\n```',
  check(s) {
    const grant =
      as(s.node, 'GrantStmt') ??
      as(
        as(s.node, 'AlterDefaultPrivilegesStmt')?.action && {
          GrantStmt: as(s.node, 'AlterDefaultPrivilegesStmt')?.action ?? {},
        },
        'GrantStmt',
      )
    if (grant?.is_grant !== true) return []
    const all = (grant.grantees ?? []).some((g) => as(g, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC')
    return all ? [{ message: 'every role of the server gets these rights' }] : []
  },
})

const grantAll = rule({
  code: 'grant-all',
  severity: 'note',
  title: 'GRANT ALL',
  why: 'ALL gives TRUNCATE, REFERENCES, TRIGGER (code that runs with the rights of others) and what later versions add, where SELECT or INSERT was meant.',
  safe: 'Name the rights.\n\n```sql\nGRANT SELECT, INSERT, UPDATE, DELETE ON orders TO shop_app;\n```',
  check(s) {
    const grant = as(s.node, 'GrantStmt')
    const on = grant?.objtype === 'OBJECT_TABLE'
    return grant?.is_grant === true && on && grant.privileges === undefined
      ? [{ message: 'ALL includes TRUNCATE and TRIGGER: name the rights' }]
      : []
  },
})

const securityOff = rule({
  code: 'row-security-off',
  severity: 'error',
  title: 'Row level security is switched off',
  why: 'From this moment every role that may read the table reads all its rows: policies stay, and mean nothing.',
  safe: 'Change the policies instead; for one role that must see all there is BYPASSRLS.\n\n```sql\nCREATE POLICY support ON orders FOR SELECT TO support USING (true);\n```',
  check: (s) =>
    s.alterations
      .filter((a) => a.kind === 'AT_DisableRowSecurity' || a.kind === 'AT_NoForceRowSecurity')
      .map((a) =>
        at(
          a,
          `policies of ${shown(a.table)} mean nothing from now on${a.kind === 'AT_NoForceRowSecurity' ? ' for its owner' : ''}`,
        ),
      ),
})

const withoutPolicy = rule({
  code: 'row-security-without-policy',
  severity: 'warning',
  title: 'Row level security without a policy',
  why: 'Without a policy nothing is allowed: for all but the owner the table is empty from this moment, and programs tell no error.',
  safe: 'Create policies in the same transaction, before it is switched on.\n\n```sql\nCREATE POLICY own ON orders USING (customer = current_user);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n```',
  check: (s, { statements }) =>
    s.alterations
      .filter((a) => a.kind === 'AT_EnableRowSecurity')
      .filter(
        (a) =>
          !statements.some((o) => tableKey(tableName(as(o.node, 'CreatePolicyStmt')?.table)) === tableKey(a.table)),
      )
      .map((a) =>
        at(a, `no policy of ${shown(a.table)} is in this script: without one nobody but its owner sees a row`),
      ),
})

const policyTrue = rule({
  code: 'policy-allows-all',
  severity: 'warning',
  title: 'A policy that is true for every row',
  why: 'Permissive policies are joined by OR: one that is always true makes all others meaningless, here for every role.',
  safe: 'Say for which role it holds.\n\n```sql\nCREATE POLICY support ON orders FOR SELECT TO support USING (true);\n```',
  check(s) {
    const policy = as(s.node, 'CreatePolicyStmt')
    const always = [policy?.qual, policy?.with_check].some((e) => as(e, 'A_Const')?.boolval?.boolval === true)
    const everybody = (policy?.roles ?? []).some((r) => as(r, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC')
    if (policy?.permissive !== true || !always || !everybody) return []
    return [
      {
        message: `${policy.policy_name} allows every role every row of ${shown(tableName(policy.table))}`,
        table: tableName(policy.table),
      },
    ]
  },
})

const invoker = rule({
  code: 'view-security-invoker',
  severity: 'note',
  title: 'A view that reads with the rights of its owner',
  why: 'Who may read the view reads what its owner may read: policies of row level security of the tables below are asked about the owner, and for the owner they do not hold.',
  safe: 'PostgreSQL 15 and later can ask about the caller.\n\n```sql\nCREATE VIEW open_orders WITH (security_invoker = true) AS SELECT id FROM orders;\n```',
  check(s, { context }) {
    const view = as(s.node, 'ViewStmt')
    if (view === undefined || !atLeast(context.version, 15)) return []
    if (optionOf(view.options, 'security_invoker') !== undefined) return []
    return [{ message: `${shown(tableName(view.view))} reads with the rights of its owner` }]
  },
})

const password = rule({
  code: 'password-in-script',
  severity: 'error',
  title: 'A password in a script',
  why: 'The script goes into version control, and the statement into the log of the server and pg_stat_statements: everybody who reads those knows the password.',
  safe: 'Set it by hand (`\\password` of psql hashes it first), or let the role log in by other means.\n\n```sql\nCREATE ROLE shop_app LOGIN;\n```',
  check(s) {
    const options = as(s.node, 'CreateRoleStmt')?.options ?? as(s.node, 'AlterRoleStmt')?.options
    return as(optionOf(options, 'password')?.arg, 'String') === undefined
      ? []
      : [{ message: 'the password of a role stands here for all who read the script' }]
  },
})

const powers = rule({
  code: 'role-superuser',
  severity: 'warning',
  title: 'A role that no rule holds for',
  why: 'SUPERUSER passes every check, reads files of the server and runs programs on it; BYPASSRLS passes every policy.',
  safe: 'Grant what is needed; predefined roles (pg_read_all_data, pg_monitor …) cover most of it.\n\n```sql\nGRANT pg_monitor TO watcher;\n```',
  check(s) {
    const options = as(s.node, 'CreateRoleStmt')?.options ?? as(s.node, 'AlterRoleStmt')?.options
    const has = ['superuser', 'bypassrls'].filter(
      (name) => as(optionOf(options, name)?.arg, 'Boolean')?.boolval === true,
    )
    return has.length === 0 ? [] : [{ message: `the role gets ${has.join(' and ').toUpperCase()}` }]
  },
})

export const SECURITY = [definer, toPublic, grantAll, securityOff, withoutPolicy, policyTrue, invoker, password, powers]
