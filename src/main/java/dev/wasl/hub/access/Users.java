package dev.wasl.hub.access;

import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Component;

/** The people who may log in, as Spring Security asks for them. */
@Component
class Users implements UserDetailsService {

    private final UserRepository repository;

    Users(UserRepository repository) {
        this.repository = repository;
    }

    @Override
    public UserDetails loadUserByUsername(String username) {
        UserRepository.Row row =
                repository.find(username).orElseThrow(() -> new UsernameNotFoundException("no such user"));
        return User.withUsername(row.username())
                .password(row.passwordHash())
                .roles(row.roles().stream().map(Role::name).toArray(String[]::new))
                .disabled(!row.enabled())
                .build();
    }
}
