-- Roles can't be made with parameters: `login_put` reads them from here. They are gone with the transaction.
select
  set_config('platspuls.login_name', %(name)s, true),
  set_config('platspuls.login_role', %(role)s, true),
  set_config('platspuls.login_verifier', %(verifier)s, true),
  set_config('platspuls.login_reads_only', case when %(reads_only)s then 'on' else 'off' end, true)
