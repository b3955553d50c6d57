select platspuls.audit_note(
  %(by)s, (select site_id from platspuls.site where key = %(site)s), 'apply', 'site', null, null,
  jsonb_build_object('changes', %(changes)s::jsonb)
)
